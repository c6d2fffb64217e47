import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { eventParser, type ServerEvent } from "./sse.ts";

const STREAM =
  "\uFEFF: still working\n\nevent: evidence\ndata: {\"a\":1}\n\n" +
  "event:claim\r\ndata: one\r\ndata:two\r\n\r\nid: 7\rdata: plain \u{1F5DE} 無\r\r" +
  "event: nothing\n\ndata\n\n";

const EVENTS: ServerEvent[] = [
  { name: "evidence", data: '{"a":1}' },
  { name: "claim", data: "one\ntwo" },
  { name: "message", data: "plain \u{1F5DE} 無" },
  { name: "message", data: "" },
];

test("events, whatever their line ends", () => {
  deepEqual(eventParser()(STREAM), EVENTS);
});

test("a stream cut anywhere gives the same events", () => {
  const bytes = new TextEncoder().encode(STREAM);
  for (let cut = 0; cut <= bytes.length; cut++) {
    const parse = eventParser();
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    const events = [bytes.subarray(0, cut), bytes.subarray(cut)].flatMap((part) =>
      parse(decoder.decode(part, { stream: true })),
    );
    deepEqual(events, EVENTS, `cut at byte ${cut}`);
  }
});

test("a stream that comes byte by byte gives the same events", () => {
  const parse = eventParser();
  deepEqual([...STREAM].flatMap((character) => parse(character)), EVENTS);
});

test("an event that was not ended is no event", () => {
  equal(eventParser()("event: reply\ndata: {}\n").length, 0);
});
