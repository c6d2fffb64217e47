// Replies for the tests beside this file.

import type { Abstention, Answer, Citation, Claim } from "./reply.ts";

export const WELLS: Citation = {
  n: 1,
  document_id: "wells",
  title: "How many wells?",
  publisher: "The Desk",
  url: "https://desk.example/wells",
  kind: "fact_check",
  version: 1,
  quote: "The country had 4,120 wells in 2023 [1] [2].",
  start: 0,
  end: 44,
  page: null,
  checked_on: "2024-06-01",
  published_on: null,
  context: { before: "", after: " Most are private." },
  via: [
    {
      marker: "[1]",
      resolved: true,
      document_id: "register",
      version: 1,
      title: "Register",
      publisher: "Water Office",
      url: "javascript:alert(1)",
      published_on: "2024-05",
      quote: "The register listed 4,120 wells.",
      start: 0,
      end: 32,
      page: 2,
    },
    {
      marker: "[2]",
      resolved: false,
      document_id: null,
      version: null,
      title: null,
      publisher: null,
      url: null,
      published_on: null,
      quote: null,
      start: null,
      end: null,
      page: null,
    },
  ],
};

export const PRIVATE: Citation = {
  ...WELLS,
  n: 2,
  kind: "source_document",
  quote: "Most wells are private.",
  checked_on: null,
  via: [],
};

export const FIRST: Claim = {
  text: "The country had 4,120 wells in 2023.",
  citations: [1],
  freshness: {
    state: "may_be_outdated",
    reasons: [{ rule: "period-closed", claim: 0, text: "2024 has ended.", clears_when: "a check" }],
  },
};

export const SECOND: Claim = {
  text: "Most wells are private.",
  citations: [2, 1],
  freshness: { state: "fresh", reasons: [] },
};

export const ANSWER: Answer = {
  kind: "answer",
  id: "r1",
  question: "How many wells?",
  standalone_question: null,
  claims: [FIRST, SECOND],
  citations: [WELLS, PRIVATE],
  freshness: {
    ...FIRST.freshness,
    notice: "This fact-check may be outdated.",
    checked_on: "2024-06-01",
    next_review_on: null,
  },
  verdicts: [
    {
      document_id: "wells",
      claim: "There are no wells",
      rating: "False",
      claimant: "A poster",
      reviewed_on: null,
      url: null,
    },
  ],
  follow_ups: ["Who owns them?"],
  as_of: "2026-03-15",
};

export const ABSTENTION: Abstention = {
  kind: "abstention",
  id: "r2",
  question: "And in Canada?",
  standalone_question: "How many wells are there in Canada?",
  reason: "weak_evidence",
  nearest: [
    {
      document_id: "wells",
      version: 1,
      title: "How many wells?",
      quote: "Most wells are private.",
      start: 0,
      end: 23,
      checked_on: null,
    },
  ],
  follow_ups: [],
};
