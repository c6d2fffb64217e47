// The conversation at work: asks, stops, tries again, remembers, and says what a screen reader
// is to say. Views draw its state and call its methods.

import type { Host, Spoken } from "./bridge.ts";
import {
  answer,
  ask,
  type Feedback,
  type Outcome,
  sendFeedback,
  type Server,
  standing,
} from "./client.ts";
import { failureText } from "./failure-text.ts";
import { spokenReply } from "./spoken.ts";
import {
  type Action,
  EMPTY,
  isBusy,
  type Missing,
  next,
  repliedTurn,
  type State,
  type Turn,
} from "./state.ts";
import { Memory, tabStorage } from "./storage.ts";
import { textsFor } from "./texts.ts";

const STILL_WORKING = [6_000, 20_000]; // milliseconds after which a wait is announced

export class Conversation {
  state: State = EMPTY;
  readonly #host: Host;
  readonly #memory: Memory;
  readonly #changed: () => void;
  readonly #say: (...parts: Spoken[]) => void;
  #stop: AbortController | null = null;
  #keys = 0;

  /** `say` announces to screen readers while there is a panel to be read. */
  constructor(host: Host, changed: () => void, say: (...parts: Spoken[]) => void) {
    this.#host = host;
    this.#changed = changed;
    this.#say = say;
    this.#memory = new Memory(tabStorage(), `newsroom-assistant ${host.option("key") ?? ""}`);
  }

  get busy(): boolean {
    return isBusy(this.state);
  }

  /** Asks; `instead` is a turn that failed or was stopped, and that gives way to this one. */
  async ask(text: string, instead?: Turn): Promise<void> {
    const question = text.trim();
    if (!question || this.busy) return;
    const key = ++this.#keys;
    this.#do({ type: "asked", key, question, instead: instead?.key });
    this.#host.emit("ask", { question });
    const stop = (this.#stop = new AbortController());
    const quiet = this.#sayWorking();
    try {
      const body = { question, conversation_id: this.#memory.saved.conversation };
      const outcome = await ask(this.#server, body, stop.signal, (event) =>
        this.#do({ type: "event", key, event }),
      );
      quiet();
      this.#ended(key, outcome);
    } finally {
      quiet();
    }
  }

  stop(): void {
    this.#stop?.abort();
  }

  restart(): void {
    this.stop();
    this.#memory.restart();
    this.#do({ type: "cleared" });
  }

  /** The answers of this tab's conversation, fetched by their ids, with the numbers they had. */
  async restore(): Promise<void> {
    const { conversation, answers } = this.#memory.saved;
    if (!answers.length) return;
    this.#do({ type: "restoring" });
    const found = await Promise.all(answers.map((id) => answer(this.#server, id)));
    if (this.#memory.saved.conversation !== conversation) return; // restarted meanwhile
    const turns: Turn[] = [];
    const missing: Missing[] = [];
    found.forEach((each, n) => {
      if (each && "question" in each) turns.push(repliedTurn(++this.#keys, each));
      else missing.push(each === null ? "gone" : "lost");
      if (each === null || each.kind === "rejected") this.#memory.forget(answers[n] ?? "");
    });
    this.#do({ type: "restored", turns, missing });
    await this.check();
  }

  /** What became of the answers that are shown: none of them may look current when it is not. */
  async check(): Promise<void> {
    await Promise.all(
      this.state.turns.map(async ({ key, reply }) => {
        const found = reply ? await standing(this.#server, reply.id) : "unknown";
        if (found !== "unknown") this.#do({ type: "checked", key, standing: found });
        if (found === null && reply) this.#memory.forget(reply.id);
      }),
    );
  }

  async rate(turn: Turn, feedback: Feedback): Promise<boolean> {
    if (!turn.reply) return false;
    const sent = await sendFeedback(this.#server, turn.reply.id, feedback);
    if (sent) {
      this.#do({
        type: "rated",
        key: turn.key,
        rating: feedback.helpful ? "helpful" : "unhelpful",
      });
      this.#host.emit("feedback", { id: turn.reply.id, helpful: feedback.helpful });
    }
    const texts = textsFor(this.#host.language);
    this.#say([sent ? texts.thanks : texts.feedbackFailed]);
    return sent;
  }

  get #server(): Server {
    return { base: this.#host.base, probe: this.#host.probe, key: this.#host.option("key") };
  }

  #do(action: Action): void {
    this.state = next(this.state, action);
    this.#changed();
  }

  #ended(key: number, outcome: Outcome): void {
    const texts = textsFor(this.#host.language);
    if (!this.state.turns.some((turn) => turn.key === key)) return; // a new conversation began
    if (outcome === "stopped") {
      this.#do({ type: "stopped", key });
      this.#say([texts.stopped]);
    } else if (outcome === "replied") {
      this.#replied(key);
    } else {
      this.#do({ type: "failed", key, failure: outcome });
      this.#host.emit("error", { kind: outcome.kind });
      const { text, detail } = failureText(outcome, texts);
      this.#say([text], ...(detail ? ([[detail, "en"]] satisfies Spoken[]) : []));
    }
  }

  #replied(key: number): void {
    const reply = this.state.turns.find((turn) => turn.key === key)?.reply;
    if (!reply) return;
    this.#memory.remember(reply.id);
    this.#say(...spokenReply(reply, textsFor(this.#host.language)));
    this.#host.emit("reply", { id: reply.id, kind: reply.kind, question: reply.question });
  }

  /** Announces the start and, when it takes long, that work goes on. Gives back how to end it. */
  #sayWorking(): () => void {
    const texts = textsFor(this.#host.language);
    this.#say([texts.looking]);
    const timers = STILL_WORKING.map((after) =>
      setTimeout(() => this.#say([texts.stillWorking]), after),
    );
    return () => timers.forEach(clearTimeout);
  }
}
