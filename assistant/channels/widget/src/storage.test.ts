import { deepEqual, equal, ok } from "node:assert/strict";
import { test } from "node:test";
import { type Keeper, Memory } from "./storage.ts";

function shelf(): Keeper {
  const kept = new Map<string, string>();
  return {
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, value) => void kept.set(name, value),
  };
}

const blocked: Keeper = {
  getItem() {
    throw new Error("blocked");
  },
  setItem() {
    throw new Error("full");
  },
};

test("a reload finds the conversation and its answers, in their order", () => {
  const keeper = shelf();
  const before = new Memory(keeper, "k");
  for (const id of ["r1", "r2", "r1"]) before.remember(id);
  const after = new Memory(keeper, "k");
  deepEqual(after.saved, before.saved);
  deepEqual(after.saved.answers, ["r2", "r1"]);
});

test("an answer that is gone is forgotten", () => {
  const keeper = shelf();
  const memory = new Memory(keeper, "k");
  for (const id of ["r1", "r2"]) memory.remember(id);
  memory.forget("r1");
  deepEqual(new Memory(keeper, "k").saved, { ...memory.saved, answers: ["r2"] });
});

test("another key's conversation is another", () => {
  const keeper = shelf();
  new Memory(keeper, "k").remember("r1");
  deepEqual(new Memory(keeper, "other").saved.answers, []);
});

test("a new conversation has a new id and no answers", () => {
  const memory = new Memory(shelf(), "k");
  const first = memory.saved.conversation;
  memory.remember("r1");
  memory.restart();
  ok(memory.saved.conversation !== first);
  deepEqual(memory.saved.answers, []);
});

test("an id has 128 random bits", () => {
  const ids = Array.from({ length: 50 }, () => new Memory(null, "k").saved.conversation);
  equal(new Set(ids).size, 50);
  for (const id of ids) ok(/^[0-9a-f]{32}$/.test(id));
});

test("without storage the conversation lives in memory", () => {
  for (const keeper of [null, blocked]) {
    const memory = new Memory(keeper, "k");
    memory.remember("r1");
    deepEqual(memory.saved.answers, ["r1"]);
  }
});

test("what others wrote under our name is not taken", () => {
  for (const junk of ["{", "null", "[]", '"x"', '{"conversation":1,"answers":[]}']) {
    const keeper = shelf();
    keeper.setItem("k", junk);
    deepEqual(new Memory(keeper, "k").saved.answers, []);
  }
});

test("no more than twenty answers are remembered", () => {
  const memory = new Memory(shelf(), "k");
  for (let n = 1; n <= 30; n++) memory.remember(`r${n}`);
  equal(memory.saved.answers.length, 20);
  equal(memory.saved.answers.at(-1), "r30");
});
