// A whole reply as one announcement of the status region.

import type { Spoken } from "./bridge.ts";
import type { Reply } from "./reply.ts";
import type { Texts } from "./texts.ts";

export function spokenReply(reply: Reply, texts: Texts): Spoken[] {
  if (reply.kind === "abstention") {
    const nearest: Spoken[] = reply.nearest.map((near) => [near.quote, ""]);
    return [
      [texts.abstained],
      [texts[reply.reason] ?? ""],
      ...(nearest.length ? ([[`${texts.nearest}:`], ...nearest] satisfies Spoken[]) : []),
    ];
  }
  const claims: Spoken[] = reply.claims.map((claim) => [claim.text, ""]);
  return reply.freshness.notice ? [...claims, [reply.freshness.notice, "en"]] : claims;
}
