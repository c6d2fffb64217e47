// Addresses: which of a document's may be followed, and how they point at exact words.

/** The address if a reader may follow it (http, https, mailto), else null. */
export function safeUrl(url: string | null): string | null {
  if (!url) return null;
  try {
    const parsed = new URL(url);
    return ["http:", "https:", "mailto:"].includes(parsed.protocol) ? parsed.href : null;
  } catch {
    return null;
  }
}

/**
 * The original, opened at the quoted words by a text fragment. A PDF opens at its page: viewers
 * don't read text fragments.
 */
export function originalUrl(url: string | null, quote: string, page: number | null): string | null {
  const safe = safeUrl(url);
  if (!safe || safe.startsWith("mailto:")) return safe;
  const target = new URL(safe);
  if (page !== null && /\.pdf$/i.test(target.pathname)) {
    target.hash = `page=${page}`;
    return target.href;
  }
  const directive = textDirective(quote);
  if (!directive) return safe;
  const [plain = safe] = safe.split(":~:");
  return `${plain}${plain.includes("#") ? "" : "#"}:~:text=${directive}`;
}

const LONG = 8; // words; a longer quote is named by how it begins and ends
const HEAD = 5;
const TAIL = 4;
const MOST = 120; // code points of one end: a word without spaces may be very long

/** `text=` of a text fragment. Markers like [4] are dropped from the end: pages often show them as
 * footnotes, and one differing character would make the whole fragment miss. */
export function textDirective(quote: string): string {
  const words = quote
    .replace(/[\s.…]+$/u, "")
    .replace(/(?:\s*\[\d+\])+$/u, "")
    .replace(/[\s.…]+$/u, "")
    .split(/\s+/u)
    .filter(Boolean);
  const whole = words.join(" ");
  if (words.length <= LONG && [...whole].length <= 2 * MOST) return encodeDirective(whole);
  const head = [...words.slice(0, HEAD).join(" ")].slice(0, MOST).join("");
  const end = words.slice(Math.max(HEAD, words.length - TAIL)).join(" ");
  const tail = [...end].slice(-MOST).join("");
  return [head, tail].filter(Boolean).map(encodeDirective).join(",");
}

/** Percent-encoded, with the dash too: it means something in a directive. */
function encodeDirective(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll("-", "%2D");
}

interface Place {
  readonly document_id: string;
  readonly version: number | null;
  readonly start: number | null;
  readonly end: number | null;
}

/** The archive's own page of a document, at the cited passage. */
export function passageUrl(base: string, place: Place): string {
  const url = new URL(`d/${encodeURIComponent(place.document_id)}`, base);
  for (const name of ["version", "start", "end"] as const) {
    const value = place[name];
    if (value !== null) url.searchParams.set(name, String(value));
  }
  if (place.start !== null) url.hash = "cited";
  return url.href;
}

export function answerUrl(base: string, id: string): string {
  return new URL(`a/${encodeURIComponent(id)}`, base).href;
}

export function printUrl(base: string, id: string): string {
  return `${answerUrl(base, id)}?view=print`;
}
