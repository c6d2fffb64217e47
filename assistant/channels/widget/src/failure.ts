// What can go wrong between the widget and its server, as far as a reader is told it.

import type { Problem } from "./reply.ts";

export type Failure =
  | { readonly kind: "unreachable" | "refused" | "dropped" | "silent" | "garbled" }
  | { readonly kind: "busy"; readonly seconds: number | null }
  | { readonly kind: "rejected" | "failed"; readonly detail: string | null };

/** The failure behind an HTTP status or a problem; `retryAfter` as its header says. */
export function failureOf(
  status: number,
  problem: Problem | null,
  retryAfter: string | null = null,
  now: number = Date.now(),
): Failure {
  const detail = problem?.detail ?? problem?.title ?? null;
  if (status === 401 || status === 403) return { kind: "refused" };
  if (status === 429) return { kind: "busy", seconds: secondsOf(retryAfter, now) };
  if (status >= 400 && status < 500) return { kind: "rejected", detail };
  return { kind: "failed", detail };
}

/** Retry-After is a number of seconds or a date. */
export function secondsOf(header: string | null, now: number): number | null {
  if (!header) return null;
  if (/^\d+$/.test(header.trim())) return Math.max(1, Number(header));
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(1, Math.ceil((date - now) / 1000));
}
