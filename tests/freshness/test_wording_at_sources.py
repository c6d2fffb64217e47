"""What became of cited words when their page changed."""

from __future__ import annotations

import pytest

from assistant.freshness.wording import change

CITED = (
    "The Harbour Trust carried 412,600 passengers on its ferries in 2024, "
    "and 91 percent of the sailings left on time."
)
BESIDE = "The trust was founded in 1931. Fares have not changed since 2019."
THEN = f"{BESIDE}\n\n{CITED}"
SENTENCE = f"{CITED[:-1]} [1]."


@pytest.fixture(params=[CITED, None], ids=["quoted", "not quoted"])
def quote(request: pytest.FixtureRequest) -> str | None:
    return str(request.param) if request.param else None


@pytest.mark.parametrize(
    ("old", "new", "values"),
    [
        ("412,600", "431,900", ("412,600 passengers", "431,900 passengers")),
        ("412,600", "412,600 million", ("412,600 passengers", "412,600 million passengers")),
        ("in 2024", "in 2023", ("2024", "2023")),
        ("carried", "never carried", (None, None)),
        (CITED, "A new report is in print.", ("412,600 passengers", None)),
    ],
)
def test_other_words(old: str, new: str, values: tuple[str, ...], quote: str | None) -> None:
    found = change(THEN, THEN.replace(old, new), SENTENCE, quote)
    assert found is not None
    assert (found.value_was, found.value_now) == values


@pytest.mark.parametrize(
    "now",
    [
        CITED.replace("91 percent", "91%"),
        "In 2024 the ferries carried 412,600 passengers; 91 percent of sailings left on time.",
        "Year | Passengers | On time\n2024 | 412,600 | 91 percent\n2025 | 431,900 | 88 percent",
        "2024\n\n412,600 passengers, and 91 percent of the sailings left on time.",
        f"{CITED[:-1]}, after a poor 2023.",
        CITED.replace("412,600", "431,900 passengers in 2025, after 412,600"),
        f"{CITED.replace('412,600', '431,900').replace('2024', '2025')} {CITED}",
    ],
)
def test_the_same_in_another_form(now: str, quote: str | None) -> None:
    assert change(THEN, f"{BESIDE}\n\n{now}", SENTENCE, quote) is None


def test_what_is_denied_elsewhere_does_not_count(quote: str | None) -> None:
    assert change(THEN, THEN.replace("have not changed", "changed"), SENTENCE, quote) is None
