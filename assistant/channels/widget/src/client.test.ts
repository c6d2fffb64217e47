import { deepEqual, equal } from "node:assert/strict";
import { createServer, type Incoming, type Outgoing } from "node:http";
import { test } from "node:test";
import { answer, ask, type Outcome, sendFeedback, type Server, standing } from "./client.ts";
import { ANSWER, FIRST, WELLS } from "./examples.ts";
import { failureOf, secondsOf } from "./failure.ts";
import type { AskEvent } from "./reply.ts";

const EVENTS = { "Content-Type": "text/event-stream; charset=utf-8" };
const PROBLEM = { "Content-Type": "application/problem+json" };
const CLAIM = { index: 0, claim: FIRST, citations: [WELLS] };

function event(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

type Answering = (request: Incoming, response: Outgoing, body: string) => void;

/** A server of our own on loopback while `use` runs. */
async function serving<T>(answering: Answering, use: (server: Server) => Promise<T>): Promise<T> {
  const http = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += new TextDecoder().decode(chunk)));
    request.on("end", () => answering(request, response, body));
  });
  await new Promise<void>((ready) => http.listen(0, "127.0.0.1", ready));
  const base = `http://127.0.0.1:${http.address().port}/`;
  try {
    return await use({ base, probe: `${base}widget/panel.js`, key: "na_test" });
  } finally {
    http.closeAllConnections();
    http.close();
  }
}

async function asking(
  answering: Answering,
  options: { silence?: number; stop?: AbortController; onEvent?: (event: AskEvent) => void } = {},
): Promise<{ outcome: Outcome; names: string[] }> {
  const names: string[] = [];
  const outcome = await serving(answering, (server) =>
    ask(
      options.silence === undefined ? server : { ...server, silence: options.silence },
      { question: "How many wells?", conversation_id: "c" },
      (options.stop ?? new AbortController()).signal,
      (each) => {
        names.push(each.name);
        options.onEvent?.(each);
      },
    ),
  );
  return { outcome, names };
}

test("a stream is read to its reply", async () => {
  let sent = "";
  let authorization: string | undefined;
  const { outcome, names } = await asking((request, response, body) => {
    sent = body;
    authorization = request.headers["authorization"];
    response.writeHead(200, EVENTS).write(": still working\n\n");
    response.write(event("evidence", { passages: [] }) + event("news", {}) + event("claim", CLAIM));
    response.end(event("reply", ANSWER));
  });
  equal(outcome, "replied");
  deepEqual(names, ["evidence", "claim", "reply"]);
  deepEqual(JSON.parse(sent), { question: "How many wells?", conversation_id: "c" });
  equal(authorization, "Bearer na_test");
});

test("a server that answers in one piece is understood too", async () => {
  const { outcome, names } = await asking((_request, response) =>
    response
      .writeHead(200, { "Content-Type": "application/json" })
      .end(JSON.stringify(ANSWER)),
  );
  equal(outcome, "replied");
  deepEqual(names, ["reply"]);
});

test("a connection that breaks keeps the claims that came", async () => {
  for (const end of ["end", "destroy"] as const) {
    let open: Outgoing | null = null;
    const { outcome, names } = await asking(
      (_request, response) => {
        open = response;
        response.writeHead(200, EVENTS).write(event("claim", CLAIM));
      },
      { onEvent: () => open?.[end]() },
    );
    deepEqual(outcome, { kind: "dropped" });
    deepEqual(names, ["claim"]);
  }
});

test("the reader stops: the server's connection ends, and so does the work", async () => {
  const stop = new AbortController();
  let gone: (() => void) | null = null;
  const left = new Promise<void>((resolve) => (gone = resolve));
  const { outcome } = await asking(
    (request, response) => {
      request.on("close", () => gone?.());
      response.writeHead(200, EVENTS).write(event("claim", CLAIM));
    },
    { stop, onEvent: () => stop.abort() },
  );
  equal(outcome, "stopped");
  await left;
});

test("nobody waits for a server that says nothing", async () => {
  const silent = await asking(() => undefined, { silence: 30 });
  deepEqual(silent.outcome, { kind: "silent" });
  const stalled = await asking(
    (_request, response) => response.writeHead(200, EVENTS).write(event("claim", CLAIM)),
    { silence: 1000 },
  );
  deepEqual(stalled, { outcome: { kind: "silent" }, names: ["claim"] });
});

test("each refusal is told by its kind", async () => {
  const refusals: [number, Record<string, string>, Outcome][] = [
    [401, {}, { kind: "refused" }],
    [403, {}, { kind: "refused" }],
    [429, { "Retry-After": "17" }, { kind: "busy", seconds: 17 }],
    [429, {}, { kind: "busy", seconds: null }],
    [413, {}, { kind: "rejected", detail: "the detail" }],
    [422, {}, { kind: "rejected", detail: "the detail" }],
    [500, {}, { kind: "failed", detail: "the detail" }],
    [503, {}, { kind: "failed", detail: "the detail" }],
  ];
  for (const [status, headers, expected] of refusals) {
    const { outcome } = await asking((_request, response) =>
      response
        .writeHead(status, { ...PROBLEM, ...headers })
        .end(JSON.stringify({ status, title: "A title", detail: "the detail" })),
    );
    deepEqual(outcome, expected);
  }
});

test("an error inside a stream is a problem like any other", async () => {
  const { outcome, names } = await asking((_request, response) => {
    response.writeHead(200, EVENTS).write(event("claim", CLAIM));
    response.end(event("error", { status: 503, detail: "being rebuilt" }));
  });
  deepEqual(outcome, { kind: "failed", detail: "being rebuilt" });
  deepEqual(names, ["claim"]);
});

test("what is no answer is said to be none", async () => {
  const answers: ((response: Outgoing) => void)[] = [
    (response) => response.writeHead(200, { "Content-Type": "text/html" }).end("<h1>Hello"),
    (response) => response.writeHead(200).end(),
    (response) => response.writeHead(200, { "Content-Type": "application/json" }).end("[]"),
    (response) => response.writeHead(200, EVENTS).end("event: claim\ndata: {half\n\n"),
    (response) => response.writeHead(200, EVENTS).end(event("reply", { kind: "poem" })),
  ];
  for (const each of answers) {
    const { outcome } = await asking((_request, response) => each(response));
    deepEqual(outcome, { kind: "garbled" });
  }
});

test("a server that is down, and one that cuts us off, are told apart by a file for everyone", async () => {
  const refusing = await asking((request, response) => {
    if (request.url === "/widget/panel.js") response.writeHead(200).end("");
    else response.destroy();
  });
  deepEqual(refusing.outcome, { kind: "refused" });
  const away = await asking((_request, response) => response.destroy());
  deepEqual(away.outcome, { kind: "unreachable" });
});

test("an answer comes back by its id; a withdrawn one is null", async () => {
  await serving(
    (request, response) => {
      if (request.url === "/v1/answers/r%2F1")
        response
          .writeHead(200, { "Content-Type": "application/json" })
          .end(JSON.stringify(ANSWER));
      else if (request.url === "/v1/answers/gone") response.writeHead(410, PROBLEM).end("{}");
      else response.writeHead(404, PROBLEM).end('{"detail":"no answer"}');
    },
    async (server) => {
      deepEqual(await answer(server, "r/1"), ANSWER);
      equal(await answer(server, "gone"), null);
      deepEqual(await answer(server, "other"), { kind: "rejected", detail: "no answer" });
    },
  );
});

test("feedback is sent with its reason, and a refusal is noticed", async () => {
  const got: unknown[] = [];
  await serving(
    (_request, response, body) => {
      got.push(JSON.parse(body));
      response.writeHead(got.length > 1 ? 429 : 204).end();
    },
    async (server) => {
      const feedback = { helpful: false, reason: "outdated", comment: "old" };
      equal(await sendFeedback(server, "r1", feedback), true);
      deepEqual(got, [feedback]);
      equal(await sendFeedback(server, "r1", { helpful: true }), false);
    },
  );
});

test("Retry-After is seconds or a date", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");
  equal(secondsOf("17", now), 17);
  equal(secondsOf("0", now), 1);
  equal(secondsOf("Thu, 01 Jan 2026 00:01:30 GMT", now), 90);
  equal(secondsOf("soon", now), null);
  equal(secondsOf(null, now), null);
  deepEqual(failureOf(418, null), { kind: "rejected", detail: null });
});

test("how an answer stands: as the server says, gone, or unknown", async () => {
  const since = { revisions: [], corrected_by: [], words_gone: false };
  const said = (status: number, body: unknown, headers: Record<string, string> = PROBLEM) =>
    serving(
      (request, response) => {
        equal(request.url, "/v1/answers/r%2F1/standing");
        response.writeHead(status, headers).end(JSON.stringify(body));
      },
      (server) => standing(server, "r/1"),
    );
  deepEqual(await said(200, since), since);
  equal(await said(410, { detail: "withdrawn" }), null);
  for (const [status, body] of [[404, {}], [503, {}], [200, null], [200, { revisions: 1 }]] as const)
    equal(await said(status, body), "unknown");
  const closed = { base: "http://127.0.0.1:1/", probe: "http://127.0.0.1:1/", key: undefined };
  equal(await standing(closed, "r1"), "unknown");
});
