"""The page's own words: what each suite asks, in a sentence for an editor, and its terms."""

from __future__ import annotations

from collections.abc import Mapping

TITLES: Mapping[str, tuple[str, str]] = {
    "gold": (
        "Questions to the archive",
        "Questions that people wrote for this archive: some it can answer, some it can't although "
        "it comes near, some whose answer may be out of date.",
    ),
    "claims": (
        "Claims from outside",
        "Claims as a reader meets them: does the assistant find the check that was published about "
        "them, and say nothing where there is none.",
    ),
    "keys": (
        "Reading figures",
        "Does the assistant read what a number in a fact-check is of, so that it can see when a "
        "later or a restated one has come.",
    ),
    "retrieval": (
        "Finding the right document",
        "Public questions with a known right document: how near the top of the list it comes.",
    ),
    "volatility": (
        "How soon an answer may change",
        "Public questions that people marked as lasting or changing.",
    ),
    "abstention": (
        "Answering or staying silent",
        "When the assistant is asked what the documents do not say, does it say nothing.",
    ),
    "sentences": (
        "Choosing the sentences",
        "Given the right passage, does the assistant pick the sentences that answer the question.",
    ),
    "support": (
        "Does the quote carry the sentence",
        "Sentences beside the words that they cite: told apart into those that the words support "
        "and those that they don't.",
    ),
    "citation": (
        "Citations",
        "How much of what is said is carried by its citations, and how many citations carry it.",
    ),
    "freshness": (
        "Out of date or not",
        "Planted changes and passing time: is a warning given where it is due, and only there.",
    ),
    "conversation": (
        "Follow-up questions",
        "The last question of a conversation, which often does not stand alone.",
    ),
    "safety": (
        "Instructions that nobody should follow",
        "Orders hidden in documents, sources and questions: none may be obeyed.",
    ),
    "composing": (
        "Composing with a language model",
        "Answers written by a language model and checked by the same rules as all others.",
    ),
    "trec": (
        "A ranking from elsewhere",
        "A file of ranked documents, judged like the assistant's own.",
    ),
    "judge": (
        "What a language model says of the answers",
        "A second opinion: a language model was asked of each answer whether its quotes carry it "
        "and whether it answers the question. It decides nothing.",
    ),
}

TERMS: tuple[tuple[str, str], ...] = (
    (
        "95 % interval",
        "How far the figure might lie from what so few cases show. Two figures whose intervals "
        "overlap widely may be the same.",
    ),
    (
        "Floor",
        "What the project asks of itself: a change that falls below it is not accepted.",
    ),
    (
        "Difference shown",
        "Both were measured on the same cases, and the interval of the difference leaves 0 out. "
        "Otherwise no difference is shown, whatever the two figures say.",
    ),
    (
        "MAP@5",
        "Mean average precision: 1 when the right document always comes first, 0.5 when it always "
        "comes second, 0 when it is never among the first five.",
    ),
    (
        "nDCG@10",
        "Discounted gain: 1 when all right documents come first among ten, less the lower they "
        "stand.",
    ),
    (
        "Risk and coverage",
        "Coverage is the share of questions that get an answer, risk the share of those answers "
        "that are wrong. A lower bar for answering covers more and risks more.",
    ),
    (
        "AUROC",
        "How often a question that should be answered gets the higher confidence of the two when "
        "one that should not is drawn beside it: 0.5 is chance, 1 is always.",
    ),
    (
        "Calibration",
        "Of the answers given with confidence 0.8, about 8 in 10 should be right. The picture "
        "shows how near that is; ECE is the mean distance.",
    ),
    ("F1", "The harmonic mean of precision (of what was said, what is right) and recall."),
    ("Slice", "Some of the cases that have something in common. Small ones have wide intervals."),
)


def title(suite: str) -> str:
    return TITLES[suite][0] if suite in TITLES else suite.replace("_", " ").capitalize()


def about(suite: str) -> str:
    return TITLES[suite][1] if suite in TITLES else ""
