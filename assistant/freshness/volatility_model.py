"""The trained half of the volatility judge: hashed TF-IDF n-grams under a logistic regression.

Two blocks of binary TF-IDF features, each scaled to length 1: word n-grams with marks for the
start and the end, and character n-grams inside words. A feature's place is its CRC-32, so no
vocabulary is shipped: the weights are two arrays per block. Fitted by
`evals/training/volatility.py`; the run time needs numpy alone.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.errors import Unavailable

WEIGHTS = Path(__file__).parent / "weights" / "volatility.npz"
LONGEST = 2_000
"""Characters that are read of a text: a question is a sentence, and the cost stays bounded."""

BITS = 17
WORD_ORDERS = range(1, 4)
CHARACTER_ORDERS = range(2, 6)
IDF_STEP = 1 / 25
"""Inverse document frequencies are kept in one byte, in steps of this size."""

_YEAR = re.compile(r"\b(?:1[0-9]|20)\d\d\b")
_WORD = re.compile(r"\w+")
# Of the fitting data's questions for yes or no, 98 in 100 were generated and are mutable, whatever
# they are about. The form is theirs, not the world's, so neither fitting nor judging sees it.
_FORM = re.compile(
    r"^(?:(?:can|could|do|would|will) you (?:please )?(?:tell me|know|say|explain)"
    r"(?: (?:if|whether)\b)?|is it (?:true|correct|the case)(?: that\b)?"
    r"|do|does|is|are|am|has|have|can|could|may|should)\b ?"
)


def normalise(text: str) -> str:
    """Lower case, compatibility forms and curly apostrophes folded, white space single."""
    folded = unicodedata.normalize("NFKC", text[:LONGEST]).lower().replace("\u2019", "'")
    return " ".join(folded.split())


def buckets(text: str) -> tuple[list[int], list[int]]:
    """The distinct word and character features of a text, each 0 <= bucket < 2**BITS, sorted."""
    # All years look alike: which year it is tells nothing about the questions still to come.
    words = _WORD.findall(_YEAR.sub("9999", _FORM.sub("", normalise(text))))
    return _hashed(_word_grams(words)), _hashed(_character_grams(words))


def _word_grams(words: list[str]) -> Iterator[str]:
    marked = ["^", *words, "$"]
    for order in WORD_ORDERS:
        for start in range(len(marked) - order + 1):
            yield " ".join(marked[start : start + order])


def _character_grams(words: list[str]) -> Iterator[str]:
    for word in words:
        padded = f" {word} "
        for order in CHARACTER_ORDERS:
            for start in range(len(padded) - order + 1):
                yield padded[start : start + order]


def _hashed(grams: Iterator[str]) -> list[int]:
    mask = (1 << BITS) - 1
    return sorted({zlib.crc32(gram.encode("utf-8", "replace")) & mask for gram in grams})


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One kind of n-gram: `weights` float of shape (2**BITS,), `idf` bytes of the same shape."""

    weights: NDArray[np.float16]
    idf: NDArray[np.uint8]

    def logit(self, places: list[int]) -> float:
        """The weights' product with the features scaled to length 1; 0 without features."""
        if not places:
            return 0.0
        idf = self.idf[places].astype(np.float64) * IDF_STEP
        return float(idf @ self.weights[places].astype(np.float64) / np.linalg.norm(idf))


@dataclass(frozen=True, slots=True, kw_only=True)
class Classifier:
    """Does the answer to a question change with time? `slope`, `offset`: Platt's calibration."""

    words: Block
    characters: Block
    bias: float
    slope: float
    offset: float

    def probability(self, text: str) -> float:
        """p_mutable before any guard, strictly between 0 and 1.

        Calibrated as in J. Platt, "Probabilistic outputs for support vector machines" (1999).
        """
        words, characters = buckets(text)
        logit = self.bias + self.words.logit(words) + self.characters.logit(characters)
        return 1.0 / (1.0 + math.exp(-(self.slope * logit + self.offset)))


def load_classifier(path: Path = WEIGHTS) -> Classifier:
    """The classifier that ships with the package.

    Raises Unavailable when the file is missing, damaged, or not the one its provenance names.
    """
    try:
        packed = path.read_bytes()
        expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["sha256"]
        if hashlib.sha256(packed).hexdigest() != expected:
            raise ValueError("its SHA-256 is not the one in its provenance")
        with np.load(io.BytesIO(packed), allow_pickle=False) as arrays:
            bias, slope, offset = (float(number) for number in arrays["scalars"])
            return Classifier(
                words=Block(weights=arrays["word_weights"], idf=arrays["word_idf"]),
                characters=Block(weights=arrays["char_weights"], idf=arrays["char_idf"]),
                bias=bias,
                slope=slope,
                offset=offset,
            )
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise Unavailable(
            f"the volatility weights at {path} can't be used ({error}); install the package again"
        ) from error
