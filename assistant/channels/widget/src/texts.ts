// The panel's texts in the reader's language.

import type { Language } from "./language.ts";
import { panel as de } from "./locales/de.ts";
import { panel as en, type Texts } from "./locales/en.ts";
import { panel as es } from "./locales/es.ts";
import { panel as fr } from "./locales/fr.ts";

export type { Texts };

const TEXTS: { readonly [L in Language]: Texts } = { en, es, fr, de };

export function textsFor(language: Language): Texts {
  return TEXTS[language];
}

/** Fills the places of a text: fill("page {n}", { n: 3 }) is "page 3". */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
}
