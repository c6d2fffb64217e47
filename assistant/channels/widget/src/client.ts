// The server, as the widget speaks to it: asking with a stream of events, answers by their id,
// feedback. Nothing here throws for what a network or a server does; it comes back as a Failure.

import { type Failure, failureOf } from "./failure.ts";
import { type AskEvent, isReply, type Problem, type Reply, type Standing } from "./reply.ts";
import { eventParser, type ServerEvent } from "./sse.ts";

const SILENCE = 45_000;

export interface Server {
  readonly base: string;
  /** A file that any origin may read: answers whether the server is up when asking failed. */
  readonly probe: string;
  readonly key: string | undefined;
  /** Milliseconds without a byte until we stop waiting. */
  readonly silence?: number;
}

export interface Feedback {
  readonly helpful: boolean;
  readonly reason?: string;
  readonly comment?: string;
}

export type Outcome = "replied" | "stopped" | Failure;

export async function ask(
  server: Server,
  body: { readonly question: string; readonly conversation_id: string },
  stop: AbortSignal,
  onEvent: (event: AskEvent) => void,
): Promise<Outcome> {
  const patience = new Patience(stop, server.silence ?? SILENCE);
  try {
    const response = await send(server, "v1/ask", {
      method: "POST",
      headers: {
        Accept: "text/event-stream, application/json;q=0.5",
        "Content-Type": "application/json",
      },
      body: JSON.stringify(body),
      signal: patience.signal,
    });
    patience.renew();
    if (!response.ok) return await failureFrom(response);
    return await read(response, patience, onEvent);
  } catch {
    if (stop.aborted) return "stopped";
    if (patience.ranOut) return { kind: "silent" };
    return await whyUnreachable(server);
  } finally {
    patience.end();
  }
}

/** The events of a response, until it ends. A break in the middle is a failure of its own. */
async function read(
  response: Response,
  patience: Patience,
  onEvent: (event: AskEvent) => void,
): Promise<Outcome> {
  if (isJson(response)) {
    const reply: unknown = await response.json();
    if (!isReply(reply)) return { kind: "garbled" };
    onEvent({ name: "reply", data: reply });
    return "replied";
  }
  if (!/^text\/event-stream\b/i.test(response.headers.get("content-type") ?? "") || !response.body)
    return { kind: "garbled" };
  const parse = eventParser();
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  let whole = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return { kind: "dropped" };
      patience.renew();
      for (const event of parse(decoder.decode(value, { stream: true }))) {
        const outcome = deliver(event, onEvent);
        if (!outcome) continue;
        whole = true;
        return outcome;
      }
    }
  } catch {
    if (patience.stopped) return "stopped";
    return { kind: patience.ranOut ? "silent" : "dropped" };
  } finally {
    // A whole answer is followed by nothing: its connection ends by itself, and may be used again.
    void (whole ? drained(reader) : reader.cancel()).catch(() => undefined);
  }
}

async function drained(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  while (!(await reader.read()).done);
}

/** Hands an event on; says how the stream ended when this was its last. */
export function deliver(event: ServerEvent, onEvent: (event: AskEvent) => void): Outcome | null {
  let data: unknown;
  try {
    data = JSON.parse(event.data);
  } catch {
    return { kind: "garbled" };
  }
  if (event.name === "error") {
    const problem = data as Problem | null;
    return failureOf(problem?.status ?? 500, problem);
  }
  if (event.name === "reply") {
    if (!isReply(data)) return { kind: "garbled" };
    onEvent({ name: "reply", data });
    return "replied";
  }
  if (event.name === "evidence" || event.name === "claim") {
    onEvent({ name: event.name, data } as AskEvent);
  }
  return null; // an event of a later server, unknown to this widget, is passed over
}

/** A stored answer; `null` when it is no longer served (410). */
export async function answer(server: Server, id: string): Promise<Reply | Failure | null> {
  try {
    const response = await send(server, `v1/answers/${encodeURIComponent(id)}`, {
      headers: { Accept: "application/json" },
      signal: AbortSignal.timeout(SILENCE),
    });
    if (response.status === 410) return null;
    if (!response.ok) return await failureFrom(response);
    const reply: unknown = await response.json();
    return isReply(reply) ? reply : { kind: "garbled" };
  } catch {
    return { kind: "unreachable" };
  }
}

/** How a stored answer stands today; `null` when it is no longer served, "unknown" off line. */
export async function standing(server: Server, id: string): Promise<Standing | null | "unknown"> {
  try {
    const response = await send(server, `v1/answers/${encodeURIComponent(id)}/standing`, {
      headers: { Accept: "application/json" },
      signal: AbortSignal.timeout(SILENCE),
    });
    if (response.status === 410) return null;
    const found = response.ok ? ((await response.json()) as Partial<Standing> | null) : null;
    return Array.isArray(found?.revisions) && Array.isArray(found.corrected_by)
      ? (found as Standing)
      : "unknown";
  } catch {
    return "unknown";
  }
}

export async function sendFeedback(
  server: Server,
  id: string,
  feedback: Feedback,
): Promise<boolean> {
  try {
    const response = await send(server, `v1/answers/${encodeURIComponent(id)}/feedback`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(feedback),
      signal: AbortSignal.timeout(SILENCE),
    });
    return response.ok;
  } catch {
    return false;
  }
}

function send(server: Server, path: string, init: RequestInit): Promise<Response> {
  const headers = new Headers(init.headers);
  if (server.key) headers.set("Authorization", `Bearer ${server.key}`);
  return fetch(server.base + path, {
    ...init,
    headers,
    credentials: "omit",
    cache: "no-store",
    redirect: "error",
    referrerPolicy: "origin",
  });
}

async function failureFrom(response: Response): Promise<Failure> {
  let problem: Problem | null = null;
  try {
    if (isJson(response)) problem = (await response.json()) as Problem | null;
  } catch {
    problem = null; // the status alone has to do
  }
  return failureOf(response.status, problem, response.headers.get("retry-after"));
}

function isJson(response: Response): boolean {
  return /^application\/(problem\+)?json\b/i.test(response.headers.get("content-type") ?? "");
}

/**
 * A browser does not say why a request to another origin failed: a server that is down and one
 * that does not name this origin look the same. A file that every origin may read tells them apart.
 */
async function whyUnreachable(server: Server): Promise<Failure> {
  try {
    const response = await fetch(server.probe, {
      cache: "no-store",
      credentials: "omit",
      signal: AbortSignal.timeout(5_000),
    });
    void response.body?.cancel();
    return { kind: response.ok ? "refused" : "unreachable" };
  } catch {
    return { kind: "unreachable" };
  }
}

/** Aborts when the reader stops, or when nothing has come for `silence` milliseconds. */
class Patience {
  readonly #controller = new AbortController();
  readonly #stop: AbortSignal;
  readonly #silence: number;
  readonly #onStop = (): void => this.#controller.abort();
  #timer: ReturnType<typeof setTimeout> | undefined;
  ranOut = false;

  constructor(stop: AbortSignal, silence: number) {
    this.#stop = stop;
    this.#silence = silence;
    stop.addEventListener("abort", this.#onStop);
    if (stop.aborted) this.#controller.abort();
    this.renew();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get stopped(): boolean {
    return this.#stop.aborted;
  }

  renew(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.ranOut = true;
      this.#controller.abort();
    }, this.#silence);
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#stop.removeEventListener("abort", this.#onStop);
  }
}
