// What every view needs: texts, language, where links lead, and the one open popover.

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Conversation } from "../conversation.ts";
import type { Language } from "../language.ts";
import type { Turn } from "../state.ts";
import type { Texts } from "../texts.ts";

/** Which citation's popover is open: number n, at a claim of a turn. */
export interface Opened {
  readonly turn: number;
  readonly claim: number;
  readonly n: number;
}

export interface Ui {
  readonly texts: Texts;
  readonly language: Language;
  readonly base: string;
  readonly shadow: ShadowRoot;
  readonly modal: boolean;
  readonly conversation: Conversation;
  readonly opened: Opened | null;
  /** Opens one popover, or closes the open one (null). */
  cite(opened: Opened | null): void;
  /** Asks from a button: the focus moves to the new question, as the button goes away.
   * `instead` names the turn that failed and that this one replaces. */
  askFromButton(question: string, instead?: Turn): void;
  announce(text: string): void;
}

export const UiContext = createContext<Ui | null>(null);

export function useUi(): Ui {
  const ui = useContext(UiContext);
  if (!ui) throw new Error("a view stands outside the panel");
  return ui;
}
