import { equal, ok } from "node:assert/strict";
import { test } from "node:test";
import { answerUrl, originalUrl, passageUrl, safeUrl, textDirective } from "./links.ts";

test("only web and mail addresses may be followed", () => {
  equal(safeUrl("https://desk.example/a?b=c#d"), "https://desk.example/a?b=c#d");
  equal(safeUrl("http://desk.example"), "http://desk.example/");
  equal(safeUrl("mailto:desk@desk.example"), "mailto:desk@desk.example");
  for (const url of [
    "javascript:alert(1)",
    " java\nscript:alert(1)",
    "JAVASCRIPT:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "blob:https://desk.example/1",
    "//desk.example",
    "/relative",
    "https://",
    "not a url",
    "",
    null,
  ])
    equal(safeUrl(url), null, String(url));
});

test("a short quote is named whole, without the markers at its end", () => {
  equal(textDirective("Most wells are private [3]."), "Most%20wells%20are%20private");
  equal(textDirective("Wells [1] are private [3] [4]."), "Wells%20%5B1%5D%20are%20private");
});

test("a long quote is named by how it begins and ends", () => {
  equal(
    textDirective("one two three four five six seven eight nine [2]."),
    "one%20two%20three%20four%20five,six%20seven%20eight%20nine",
  );
});

test("what means something in a directive is encoded", () => {
  equal(textDirective("a-b, c & d"), "a%2Db%2C%20c%20%26%20d");
});

test("no directive is long, and none cuts a character in half", () => {
  for (const quote of ["\u{1F5DE}".repeat(5000), `x ${"\u{1F5DE}".repeat(5000)} y`, "無".repeat(999)]) {
    const directive = textDirective(quote);
    ok(decodeURIComponent(directive.replace(",", "")).length < 600);
    ok(quote.includes(decodeURIComponent(directive.split(",")[0] ?? "")));
  }
  equal(textDirective("lone \uD83D half"), "lone%20%EF%BF%BD%20half");
});

test("a quote without words has no directive", () => {
  equal(textDirective(" … "), "");
  equal(originalUrl("https://desk.example/", " [1]. ", null), "https://desk.example/");
});

test("the original opens at the words", () => {
  equal(originalUrl("https://desk.example/a", "b c", null), "https://desk.example/a#:~:text=b%20c");
  equal(originalUrl("https://desk.example/a#s", "b", 3), "https://desk.example/a#s:~:text=b");
  equal(
    originalUrl("https://desk.example/a#s:~:text=old", "b", null),
    "https://desk.example/a#s:~:text=b",
  );
});

test("a PDF opens at its page", () => {
  equal(originalUrl("https://x.example/a.PDF?v=1", "b", 3), "https://x.example/a.PDF?v=1#page=3");
});

test("a link to nowhere stays none", () => {
  equal(originalUrl("javascript:alert(1)", "b", null), null);
  equal(originalUrl(null, "b", null), null);
});

test("the archive's pages, under whatever path the server lies", () => {
  const place = { document_id: "a/b ?#é", version: 2, start: 3, end: 9 };
  equal(
    passageUrl("https://s.example/x/", place),
    "https://s.example/x/d/a%2Fb%20%3F%23%C3%A9?version=2&start=3&end=9#cited",
  );
  equal(
    passageUrl("https://s.example/", { ...place, start: null, end: null }),
    "https://s.example/d/a%2Fb%20%3F%23%C3%A9?version=2",
  );
  equal(answerUrl("https://s.example/", "r/1"), "https://s.example/a/r%2F1");
});
