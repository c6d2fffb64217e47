// A failure in the reader's words; `detail` is the server's own sentence, in English.

import type { Failure } from "./failure.ts";
import { fill, type Texts } from "./texts.ts";

export interface FailureText {
  readonly text: string;
  readonly detail: string | null;
}

export function failureText(failure: Failure, texts: Texts): FailureText {
  switch (failure.kind) {
    case "busy":
      return {
        text: failure.seconds === null ? texts.busy : fill(texts.busyFor, { n: failure.seconds }),
        detail: null,
      };
    case "rejected":
    case "failed":
      return { text: texts[failure.kind], detail: failure.detail };
    default:
      return { text: texts[failure.kind], detail: null };
  }
}
