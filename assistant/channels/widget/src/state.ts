// The conversation as a value: what happened goes in, the next state comes out.

import type { Failure } from "./failure.ts";
import type { AskEvent, Citation, Claim, Reply, Standing } from "./reply.ts";

export type Phase = "asking" | "done" | "stopped" | "failed";
export type Rating = "helpful" | "unhelpful";

export interface Turn {
  readonly key: number;
  readonly question: string;
  readonly phase: Phase;
  readonly standalone: string | null;
  /** How many documents were found; null until the server says. */
  readonly found: number | null;
  readonly claims: readonly Claim[];
  readonly citations: readonly Citation[];
  readonly reply: Reply | null;
  readonly failure: Failure | null;
  readonly rating: Rating | null;
  /** What became of it since it was given, as far as the server has said. */
  readonly since: Standing | null;
}

/** Why an answer of a reloaded conversation is missing: withdrawn, or not to be had now. */
export type Missing = "gone" | "lost";

export interface State {
  readonly turns: readonly Turn[];
  readonly restoring: boolean;
  readonly missing: readonly Missing[];
}

export type Action =
  | {
      readonly type: "asked";
      readonly key: number;
      readonly question: string;
      /** The turn that this one replaces: the same question, tried again. */
      readonly instead?: number | undefined;
    }
  | { readonly type: "event"; readonly key: number; readonly event: AskEvent }
  | { readonly type: "stopped"; readonly key: number }
  | { readonly type: "failed"; readonly key: number; readonly failure: Failure }
  | { readonly type: "rated"; readonly key: number; readonly rating: Rating | null }
  | { readonly type: "checked"; readonly key: number; readonly standing: Standing | null }
  | { readonly type: "restoring" }
  | {
      readonly type: "restored";
      readonly turns: readonly Turn[];
      readonly missing: readonly Missing[];
    }
  | { readonly type: "cleared" };

export const EMPTY: State = { turns: [], restoring: false, missing: [] };

export function next(state: State, action: Action): State {
  switch (action.type) {
    case "asked":
      return {
        ...state,
        turns: [
          ...state.turns.filter((turn) => turn.key !== action.instead),
          asked(action.key, action.question),
        ],
      };
    case "event":
      return change(state, action.key, (turn) => received(turn, action.event));
    case "stopped":
      return change(state, action.key, (turn) => ({ ...turn, phase: "stopped" }));
    case "failed":
      return change(state, action.key, (turn) => ({
        ...turn,
        phase: "failed",
        failure: action.failure,
      }));
    case "rated":
      return change(state, action.key, (turn) => ({ ...turn, rating: action.rating }));
    case "checked":
      return action.standing
        ? change(state, action.key, (turn) => ({ ...turn, since: action.standing }))
        : withdrawn(state, action.key);
    case "restoring":
      return { ...state, restoring: true };
    case "restored":
      return {
        turns: [...action.turns, ...state.turns],
        restoring: false,
        missing: action.missing,
      };
    case "cleared":
      return EMPTY;
  }
}

export function isBusy(state: State): boolean {
  return state.turns.some((turn) => turn.phase === "asking");
}

/** A turn whose reply is at hand: what a stream ends in, and what a reload brings back. */
export function repliedTurn(key: number, reply: Reply): Turn {
  return received(asked(key, reply.question), { name: "reply", data: reply });
}

function asked(key: number, question: string): Turn {
  return {
    key,
    question,
    phase: "asking",
    standalone: null,
    found: null,
    claims: [],
    citations: [],
    reply: null,
    failure: null,
    rating: null,
    since: null,
  };
}

function withdrawn(state: State, key: number): State {
  const turns = state.turns.filter((turn) => turn.key !== key);
  const fewer = turns.length < state.turns.length;
  return fewer ? { ...state, turns, missing: [...state.missing, "gone"] } : state;
}

function received(turn: Turn, event: AskEvent): Turn {
  if (event.name === "evidence") {
    const { passages, standalone_question } = event.data;
    const documents = new Set(passages.map((passage) => passage.document_id));
    return { ...turn, found: documents.size, standalone: standalone_question ?? null };
  }
  if (event.name === "claim") {
    const { index, claim, citations } = event.data;
    return {
      ...turn,
      claims: placed(turn.claims, index, claim),
      citations: merged(turn.citations, citations),
    };
  }
  const reply = event.data;
  const answer = reply.kind === "answer" ? reply : null;
  return {
    ...turn,
    phase: "done",
    reply,
    standalone: reply.standalone_question ?? null,
    claims: answer?.claims ?? [],
    citations: answer?.citations ?? [],
  };
}

function placed(claims: readonly Claim[], index: number, claim: Claim): readonly Claim[] {
  return index < claims.length ? claims.with(index, claim) : [...claims, claim];
}

/** By number: an event repeats the citations that an earlier claim already brought. */
function merged(known: readonly Citation[], more: readonly Citation[]): readonly Citation[] {
  const numbered = new Map(known.map((citation) => [citation.n, citation]));
  for (const citation of more) numbered.set(citation.n, citation);
  return [...numbered.values()].sort((a, b) => a.n - b.n);
}

function change(state: State, key: number, make: (turn: Turn) => Turn): State {
  return { ...state, turns: state.turns.map((turn) => (turn.key === key ? make(turn) : turn)) };
}
