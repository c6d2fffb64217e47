import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { ABSTENTION, ANSWER, FIRST, PRIVATE, SECOND, WELLS } from "./examples.ts";
import type { AskEvent } from "./reply.ts";
import { type Action, EMPTY, isBusy, next, repliedTurn, type State } from "./state.ts";

const EVENTS: AskEvent[] = [
  {
    name: "evidence",
    data: {
      passages: ["wells", "wells", "register"].map((id) => ({ document_id: id, title: id })),
      standalone_question: "How many wells are there?",
    },
  },
  { name: "claim", data: { index: 0, claim: FIRST, citations: [WELLS] } },
  { name: "claim", data: { index: 1, claim: SECOND, citations: [PRIVATE, WELLS] } },
];

function after(...actions: Action[]): State {
  return actions.reduce(next, EMPTY);
}

const asked: Action = { type: "asked", key: 1, question: "How many wells?" };
const events: Action[] = EVENTS.map((event) => ({ type: "event", key: 1, event }));

test("numbers while claims arrive, in the reply and after a reload are the same", () => {
  const streamed = after(asked, ...events).turns[0];
  const replied = after(asked, ...events, {
    type: "event",
    key: 1,
    event: { name: "reply", data: ANSWER },
  }).turns[0];
  const reloaded = repliedTurn(9, ANSWER);
  for (const turn of [streamed, replied, reloaded]) {
    deepEqual(turn?.claims.map((claim) => claim.citations), [[1], [2, 1]]);
    deepEqual(turn?.citations, [WELLS, PRIVATE]);
  }
});

test("what was found, and how the question was understood", () => {
  const turn = after(asked, ...events).turns[0];
  equal(turn?.found, 2);
  equal(turn?.standalone, "How many wells are there?");
  equal(turn?.phase, "asking");
});

test("a turn that stops or fails keeps the claims that came", () => {
  const stopped = after(asked, ...events, { type: "stopped", key: 1 });
  const failed = after(asked, ...events, { type: "failed", key: 1, failure: { kind: "dropped" } });
  for (const state of [stopped, failed]) {
    equal(state.turns[0]?.claims.length, 2);
    equal(isBusy(state), false);
  }
});

test("trying again replaces the turn that failed", () => {
  const state = after(
    asked,
    { type: "asked", key: 2, question: "Another?" },
    { type: "failed", key: 1, failure: { kind: "silent" } },
    { type: "asked", key: 3, question: "How many wells?", instead: 1 },
  );
  deepEqual(state.turns.map((turn) => turn.key), [2, 3]);
});

test("an abstention has no claims, and says how it understood the question", () => {
  const turn = repliedTurn(1, ABSTENTION);
  equal(turn.phase, "done");
  equal(turn.claims.length, 0);
  equal(turn.standalone, "How many wells are there in Canada?");
});

test("what a reload brings back stands before what was asked meanwhile", () => {
  const state = after(
    { type: "restoring" },
    { type: "asked", key: 5, question: "New?" },
    { type: "restored", turns: [repliedTurn(1, ANSWER)], missing: ["gone"] },
  );
  deepEqual(state.turns.map((turn) => turn.key), [1, 5]);
  deepEqual(state.missing, ["gone"]);
  deepEqual(next(state, { type: "cleared" }), EMPTY);
});

test("an event of a turn that is no longer there changes nothing", () => {
  const state = after(asked);
  const late = next(state, { type: "event", key: 4, event: { name: "reply", data: ANSWER } });
  deepEqual(late, state);
});

test("an answer that was corrected since says so, and one that was withdrawn goes", () => {
  const since = { revisions: [], corrected_by: [], words_gone: true };
  const turns = [repliedTurn(1, ANSWER), repliedTurn(2, ANSWER)];
  const restored: Action = { type: "restored", turns, missing: [] };
  const corrected = after(restored, { type: "checked", key: 2, standing: since });
  deepEqual(corrected.turns.map((turn) => turn.since), [null, since]);
  const gone: Action = { type: "checked", key: 1, standing: null };
  const withdrawn = after(restored, gone, gone);
  deepEqual(withdrawn.turns.map((turn) => turn.key), [2]);
  deepEqual(withdrawn.missing, ["gone"]);
});
