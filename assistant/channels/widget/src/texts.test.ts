import { deepEqual, equal, ok } from "node:assert/strict";
import { test } from "node:test";
import { LANGUAGES, pickLanguage } from "./language.ts";
import * as de from "./locales/de.ts";
import * as en from "./locales/en.ts";
import * as es from "./locales/es.ts";
import * as fr from "./locales/fr.ts";
import { fill, textsFor } from "./texts.ts";

const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();

test("every language has every text, with the same places to fill", () => {
  for (const part of ["launcher", "panel"] as const) {
    for (const language of [de, es, fr]) {
      deepEqual(Object.keys(language[part]).sort(), Object.keys(en[part]).sort());
      for (const [name, text] of Object.entries(en[part])) {
        const translated = (language[part] as Record<string, string>)[name] ?? "";
        ok(translated.trim(), name);
        deepEqual(places(translated), places(text), name);
      }
    }
  }
});

test("a translation is one: few words are the same in two languages", () => {
  for (const language of LANGUAGES.filter((each) => each !== "en")) {
    const texts = Object.entries(textsFor(language));
    const same = texts.filter(([name, text]) => text === en.panel[name as keyof typeof en.panel]);
    ok(same.length <= 4, `${language}: ${same.map(([name]) => name).join(", ")}`);
  }
});

test("the first wish that we speak wins, else English", () => {
  equal(pickLanguage(["de-AT", "fr"]), "de");
  equal(pickLanguage([undefined, null, "", "ar", "ES-419"]), "es");
  equal(pickLanguage(["ar", "zh-Hant"]), "en");
  equal(pickLanguage([]), "en");
});

test("places are filled, and what is filled in is not filled again", () => {
  equal(fill("page {n} of {m}", { n: "{m}", m: 2 }), "page {m} of 2");
  equal(fill("{other}", {}), "{other}");
});
