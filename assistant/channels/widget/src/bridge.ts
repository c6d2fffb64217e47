// What the loader and the panel know of each other. They are built as two files: the panel is a
// module that exports `mount`, fetched at the first click.

import type { Language } from "./language.ts";

/** A piece of an announcement; `lang` where it is not the widget's own language, "" if unknown. */
export type Spoken = readonly [text: string, lang?: string];

export interface Host {
  /** Server address that everything is relative to; ends in a slash. */
  readonly base: string;
  /** A file known to be there, for telling a server that is down from one that refuses us. */
  readonly probe: string;
  readonly shadow: ShadowRoot;
  readonly layer: HTMLElement;
  readonly language: Language;
  readonly embedded: boolean;
  option(name: string): string | undefined;
  announce(...parts: Spoken[]): void;
  emit(name: string, detail?: object): void;
  /** The panel is about to open, or has closed; `focus` sends the focus back to the launcher. */
  opened(open: boolean, focus?: boolean): void;
}

export interface Panel {
  open(): void;
  close(): void;
  ask(question: string): void;
  /** An attribute of the element changed. */
  update(): void;
}

export type Mount = (host: Host) => Panel;
