// An answer as plain text with its sources, for the clipboard.

import { dateText } from "./dates.ts";
import type { Answer, Citation, Claim, Revision, Via } from "./reply.ts";
import { answerUrl, safeUrl } from "./links.ts";
import { fill, type Texts } from "./texts.ts";

export function answerText(answer: Answer, base: string, texts: Texts, language: string): string {
  const blocks = [
    answer.question,
    answer.claims.map((claim) => claimLine(claim, texts)).join("\n"),
    noticeLines(answer),
    answer.verdicts
      .map((v) => `“${v.claim}”${v.claimant ? ` (${v.claimant})` : ""}: ${v.rating}`)
      .join("\n"),
    [
      texts.sources,
      ...answer.citations.map((citation) => sourceLines(citation, texts, language)),
      ...revisedLines(answer, texts, language),
    ].join("\n"),
    `${texts.permalink}: ${answerUrl(base, answer.id)}`,
  ];
  return `${blocks.filter(Boolean).join("\n\n")}\n`;
}

function claimLine(claim: Claim, texts: Texts): string {
  const state = claim.freshness.state;
  const numbers = claim.citations.map((n) => `[${n}]`).join("");
  return `${claim.text} ${numbers}${state === "fresh" ? "" : ` (${texts[state]})`}`;
}

function noticeLines({ freshness }: Answer): string {
  if (!freshness.notice) return "";
  return [freshness.notice, ...freshness.reasons.map((reason) => `- ${reason.text}`)].join("\n");
}

function sourceLines(citation: Citation, texts: Texts, language: string): string {
  return [
    `[${citation.n}] ${speaker(citation, texts)}: “${citation.quote}”`,
    `    ${about(citation, texts, language)}`,
    ...citation.via.map((via) => `    ${via.marker} ${viaLine(via, texts, language)}`),
  ].join("\n");
}

function revisedLines({ citations }: Answer, texts: Texts, language: string): string[] {
  return revisedOnce(citations).map(
    ({ n, revision }) => `[${n}] ${revised(revision, texts, language)} ${revision.note}`,
  );
}

type Revised = Citation & { readonly revision: Revision };

/** The first citation of each document that was updated or corrected. */
export function revisedOnce(citations: readonly Citation[]): Revised[] {
  const found = new Map<string, Revised>();
  for (const citation of citations) {
    const { document_id, revision } = citation;
    if (revision && revision.kind !== "confirmed" && !found.has(document_id))
      found.set(document_id, { ...citation, revision });
  }
  return [...found.values()];
}

/** "Updated on 2 June 2026:", and never that for a correction. */
export function revised({ kind, on }: Revision, texts: Texts, language: string): string {
  return fill(texts[kind], { date: dateText(on, language) });
}

/** Which of the two hops is speaking. */
export function speaker(citation: Citation, texts: Texts): string {
  return citation.kind === "fact_check" ? texts.factCheckSays : texts.sourceSays;
}

/** The clocks that are known, each by its name. */
export function dates(
  about: Pick<Citation, "published_on"> & Partial<Pick<Citation, "kind" | "checked_on">>,
  texts: Texts,
  language: string,
): string {
  const { checked_on, published_on } = about;
  if (about.kind === "fact_check" && !checked_on) return texts.checkUnknown;
  return joined(
    [
      checked_on ? fill(texts.checkedOn, { date: dateText(checked_on, language) }) : null,
      published_on ? fill(texts.published, { date: dateText(published_on, language) }) : null,
    ],
    ", ",
  );
}

function about(citation: Citation, texts: Texts, language: string): string {
  return joined([
    citation.title,
    citation.publisher,
    dates(citation, texts, language),
    page(citation.page, texts),
    safeUrl(citation.url),
  ]);
}

/** The second hop in one line; a marker that leads nowhere is labelled so. */
function viaLine(via: Via, texts: Texts, language: string): string {
  const said = via.quote === null ? viaState(via, texts) : `${texts.sourceSays}: “${via.quote}”`;
  const named = joined([
    via.title,
    via.publisher,
    dates(via, texts, language),
    page(via.page, texts),
    safeUrl(via.url),
  ]);
  return joined([said, named]);
}

/** Of a via without a quote: found or not, in the words of the answer's public page. */
export function viaState(via: Via, texts: Texts): string {
  if (via.resolved) return texts.viaNoSentence;
  return via.title || via.publisher || via.url ? texts.viaNotHeld : texts.viaNotListed;
}

export function page(number: number | null, texts: Texts): string | null {
  return number === null ? null : fill(texts.page, { n: number });
}

function joined(parts: readonly (string | null)[], separator = " · "): string {
  return parts.filter(Boolean).join(separator);
}
