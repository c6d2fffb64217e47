import { equal } from "node:assert/strict";
import { test } from "node:test";
import { dateText } from "./dates.ts";

test("a date keeps its precision", () => {
  equal(dateText("2024", "en"), "2024");
  equal(dateText("2024-05", "en"), "May 2024");
  equal(dateText("2024-05-12", "en"), "May 12, 2024");
  equal(dateText("2024-05-12", "de"), "12. Mai 2024");
  equal(dateText("2024-05", "fr"), "mai 2024");
});

test("an instant is shown as its day", () => {
  equal(dateText("2026-11-21T23:30:00+00:00", "es"), "21 de noviembre de 2026");
});

test("what is no date is shown as it is", () => {
  equal(dateText("soon", "en"), "soon");
});
