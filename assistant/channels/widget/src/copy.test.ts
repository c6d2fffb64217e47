import { equal } from "node:assert/strict";
import { test } from "node:test";
import { answerText } from "./copy.ts";
import { ANSWER, PRIVATE, WELLS } from "./examples.ts";
import { textsFor } from "./texts.ts";

test("an answer as text: claims with their numbers, quotes, dates, addresses, both hops", () => {
  equal(
    answerText(ANSWER, "https://s.example/", textsFor("en"), "en"),
    `How many wells?

The country had 4,120 wells in 2023. [1] (may be outdated)
Most wells are private. [2][1]

This fact-check may be outdated.
- 2024 has ended.

“There are no wells” (A poster): False

Sources
[1] The fact-check says: “The country had 4,120 wells in 2023 [1] [2].”
    How many wells? · The Desk · checked on June 1, 2024 · https://desk.example/wells
    [1] The source says: “The register listed 4,120 wells.” · Register · Water Office · published May 2024 · page 2
    [2] Unresolved: the fact-check does not list its source.
[2] The source says: “Most wells are private.”
    How many wells? · The Desk · https://desk.example/wells

Permanent link: https://s.example/a/r1
`,
  );
});

test("an update and a correction are told apart, once for each document", () => {
  const corrected = { kind: "corrected", on: "2026-06-02", note: "It was 4,118." } as const;
  const updated = { ...corrected, kind: "updated" } as const;
  const text = (revision: typeof corrected | typeof updated) =>
    answerText(
      { ...ANSWER, citations: [WELLS, PRIVATE].map((each) => ({ ...each, revision })) },
      "https://s.example/",
      textsFor("en"),
      "en",
    ).match(/^\[\d\] \w+ on June.*$/gm);
  equal(text(corrected)?.join("\n"), "[1] Corrected on June 2, 2026: It was 4,118.");
  equal(text(updated)?.join("\n"), "[1] Updated on June 2, 2026: It was 4,118.");
});
