// What survives a reload: the conversation's id and the ids of its answers, never their words.
// Storage may be blocked, full or hold anything; then the conversation lives in memory alone.

const MOST = 20;

export interface Saved {
  readonly conversation: string;
  readonly answers: readonly string[];
}

export interface Keeper {
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
}

export class Memory {
  readonly #keeper: Keeper | null;
  readonly #name: string;
  #saved: Saved;

  constructor(keeper: Keeper | null, name: string) {
    this.#keeper = keeper;
    this.#name = name;
    this.#saved = this.#read() ?? fresh();
  }

  get saved(): Saved {
    return this.#saved;
  }

  remember(answer: string): void {
    const answers = [...this.#saved.answers.filter((id) => id !== answer), answer].slice(-MOST);
    this.#write({ ...this.#saved, answers });
  }

  /** An answer that the server no longer has is not asked for again. */
  forget(answer: string): void {
    this.#write({ ...this.#saved, answers: this.#saved.answers.filter((id) => id !== answer) });
  }

  restart(): void {
    this.#write(fresh());
  }

  #read(): Saved | null {
    try {
      const saved = JSON.parse(this.#keeper?.getItem(this.#name) ?? "null") as Saved | null;
      const { conversation, answers } = saved ?? {};
      if (typeof conversation !== "string" || !/^[0-9a-f]{32}$/.test(conversation)) return null;
      if (!Array.isArray(answers) || !answers.every((id) => typeof id === "string")) return null;
      return { conversation, answers: answers.slice(-MOST) };
    } catch {
      return null;
    }
  }

  #write(saved: Saved): void {
    this.#saved = saved;
    try {
      this.#keeper?.setItem(this.#name, JSON.stringify(saved));
    } catch {
      // full or blocked: this page still has it in memory
    }
  }
}

/** The tab's own storage, or null where the browser blocks it (reading it may throw). */
export function tabStorage(): Keeper | null {
  try {
    return globalThis.sessionStorage ?? null;
  } catch {
    return null;
  }
}

function fresh(): Saved {
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // 128 random bits
  const conversation = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return { conversation, answers: [] };
}
