// The public contract's JSON, as far as the widget reads it. Dates are ISO 8601 at their own
// precision; unknown values are null.

export type FreshnessState =
  | "fresh"
  | "ageing"
  | "may_be_outdated"
  | "superseded"
  | "contradicted"
  | "retracted"
  | "unverifiable"
  | "unknown";

export interface Reason {
  readonly rule: string;
  readonly claim: number | null;
  readonly text: string;
  readonly clears_when: string;
}

export interface Badge {
  readonly state: FreshnessState;
  readonly reasons: readonly Reason[];
}

export interface Freshness extends Badge {
  readonly notice: string | null;
  readonly checked_on: string | null;
  readonly next_review_on: string | null;
}

/** The stored text right around a quote, exact slices of it. */
export interface Context {
  readonly before: string;
  readonly after: string;
}

export interface Via {
  readonly marker: string;
  readonly resolved: boolean;
  readonly document_id: string | null;
  readonly version: number | null;
  readonly title: string | null;
  readonly publisher: string | null;
  readonly url: string | null;
  readonly published_on: string | null;
  readonly quote: string | null;
  readonly start: number | null;
  readonly end: number | null;
  readonly page: number | null;
  readonly context?: Context | null;
}

/** Why a version took another's place: an update is no correction. */
export interface Revision {
  readonly kind: "confirmed" | "updated" | "corrected";
  readonly on: string;
  readonly note: string;
}

export interface Citation {
  readonly n: number;
  readonly document_id: string;
  readonly title: string;
  readonly publisher: string | null;
  readonly url: string | null;
  readonly kind: "fact_check" | "source_document";
  readonly version: number;
  readonly quote: string;
  readonly start: number;
  readonly end: number;
  readonly page: number | null;
  readonly checked_on: string | null;
  readonly published_on: string | null;
  readonly revision?: Revision | null;
  readonly via: readonly Via[];
  readonly context?: Context | null;
}

export interface Claim {
  readonly text: string;
  readonly citations: readonly number[];
  readonly freshness: Badge;
}

export interface Verdict {
  readonly document_id: string;
  readonly claim: string;
  readonly rating: string;
  readonly claimant: string | null;
  readonly reviewed_on: string | null;
  readonly url: string | null;
}

export interface Nearest {
  readonly document_id: string;
  readonly version: number;
  readonly title: string;
  readonly quote: string;
  readonly start: number;
  readonly end: number;
  readonly checked_on: string | null;
}

interface Asked {
  readonly id: string;
  readonly question: string;
  readonly standalone_question?: string | null;
  readonly follow_ups: readonly string[];
}

export interface Answer extends Asked {
  readonly kind: "answer";
  readonly claims: readonly Claim[];
  readonly citations: readonly Citation[];
  readonly freshness: Freshness;
  readonly verdicts: readonly Verdict[];
  readonly as_of: string;
}

export type AbstentionReason = "no_evidence" | "weak_evidence" | "unsupported" | "out_of_scope";

export interface Abstention extends Asked {
  readonly kind: "abstention";
  readonly reason: AbstentionReason;
  readonly nearest: readonly Nearest[];
}

export type Reply = Answer | Abstention;

/** What became of a stored answer since it was given. */
export interface Standing {
  readonly revisions: readonly (Revision & {
    readonly document_id: string;
    readonly title: string;
    readonly version: number;
  })[];
  readonly corrected_by: readonly { readonly document_id: string; readonly title: string }[];
  readonly words_gone: boolean;
}

/** RFC 9457. */
export interface Problem {
  readonly status?: number;
  readonly title?: string;
  readonly detail?: string;
}

export type AskEvent =
  | {
      readonly name: "evidence";
      readonly data: {
        readonly passages: readonly { readonly document_id: string; readonly title: string }[];
        readonly standalone_question?: string | null;
      };
    }
  | {
      readonly name: "claim";
      readonly data: {
        readonly index: number;
        readonly claim: Claim;
        readonly citations: readonly Citation[];
      };
    }
  | { readonly name: "reply"; readonly data: Reply };

export function isReply(value: unknown): value is Reply {
  const kind = (value as { kind?: unknown } | null)?.kind;
  return kind === "answer" || kind === "abstention";
}
