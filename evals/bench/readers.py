"""Many readers at once: what they wait, what fails, and what the server's memory does meanwhile.

The server is the real one in a process of its own over the sample archive; the readers are threads
of another process (`python -m evals.bench.readers JSON`), each asking the next question over
server-sent events as soon as its last answer is whole. Nobody pauses to read: the load is harder
than that of as many people.
"""

from __future__ import annotations

import http.client
import json
import secrets
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path
from statistics import linear_regression, quantiles
from typing import Any
from urllib.parse import urlsplit

from assistant.errors import AssistantError
from evals.bench.process import resident
from evals.bench.sheet import Row, Sheet
from evals.site import served
from evals.suites.gold_questions import load

READERS = 64
WARM_UP_SECONDS = 3.0
"""Caches fill while the first questions come; memory is compared from then on."""
SAMPLE_SECONDS = 0.5
PATIENCE_SECONDS = 120.0
"""A reader who waits longer than this for a byte counts an error."""
_UNLIMITED = str(10**9)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One question as its reader saw it: seconds from sending it, None where it did not come.

    `ended` is when, in seconds from the first question of all. `outcome` is "answer" or
    "abstention", else what went wrong ("429", "no reply", ...).
    """

    reader: int
    outcome: str
    first_claim: float | None
    whole: float | None
    ended: float

    @property
    def failed(self) -> bool:
        return self.outcome not in ("answer", "abstention")


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """The server's resident MiB, (seconds, MiB) from the first question on."""

    samples: Sequence[tuple[float, float]]

    def at(self, share: float) -> float:
        """At a share of the time after the warm-up: 0 its start, 1 its end."""
        settled = self._settled()
        return settled[min(len(settled) - 1, int(share * len(settled)))][1]

    @property
    def slope(self) -> float:
        """MiB a minute, a straight line through the second half."""
        settled = self._settled()
        half = settled[len(settled) // 2 :]
        if len(half) < 2:
            return 0.0
        return 60 * linear_regression([x for x, _ in half], [y for _, y in half]).slope

    def _settled(self) -> Sequence[tuple[float, float]]:
        return [each for each in self.samples if each[0] >= WARM_UP_SECONDS] or self.samples


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """Everything that was measured."""

    readers: int
    readings: Sequence[Reading]
    memory: Memory

    @property
    def errors(self) -> Mapping[str, int]:
        """By status or by what went wrong."""
        return Counter(each.outcome for each in self.readings if each.failed)

    @property
    def seconds(self) -> float:
        """Until the last answer: those that were under way when the time was over came too."""
        return max((each.ended for each in self.readings), default=0.0)


def measure(home: Path, seconds: float, readers: int = READERS) -> Load:
    """Serves a home that holds the sample archive, and asks until the time is over."""
    with served(home, rate_per_address=_UNLIMITED) as service:
        given = json.dumps({"url": service.url, "seconds": seconds, "readers": readers})
        asking = subprocess.Popen(
            [sys.executable, "-m", "evals.bench.readers", given],
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        ended = threading.Event()
        samples: list[tuple[float, float]] = []
        watch = threading.Thread(target=_sample, args=(service.pid, ended, samples))
        watch.start()
        try:
            told, _ = asking.communicate(timeout=seconds + 2 * PATIENCE_SECONDS)
        finally:
            ended.set()
            watch.join()
            asking.kill()
    if asking.returncode:
        raise AssistantError(f"the readers stopped with exit code {asking.returncode}")
    readings = [Reading(**json.loads(line)) for line in told.splitlines()]
    return Load(readers=readers, readings=readings, memory=Memory(samples=samples))


def sheet(load: Load) -> Sheet:
    setting = (
        f"{load.readers} readers at once over server-sent events for {load.seconds:.0f} s, none of "
        "them ever pausing, on the machine that serves them, over the sample archive."
    )
    return Sheet(rows=_rows(load), setting=[setting])


def _rows(load: Load) -> list[Row]:
    good = [each for each in load.readings if not each.failed]
    first = [each.first_claim for each in good if each.first_claim is not None]
    whole = [each.whole for each in good if each.whole is not None]
    who = f"{load.readers} readers"
    ours = [
        ("questions answered", "", float(len(good)), ""),
        ("errors", "", float(sum(load.errors.values())), _told(load.errors)),
        ("questions", "1/s", len(good) / load.seconds if good else 0.0, ""),
        ("first claim p50", "s", _percentile(first, 50), ""),
        ("first claim p95", "s", _percentile(first, 95), ""),
        ("whole answer p50", "s", _percentile(whole, 50), ""),
        ("whole answer p95", "s", _percentile(whole, 95), ""),
        ("server memory, start", "MiB", load.memory.at(0), "after the warm-up"),
        ("server memory, middle", "MiB", load.memory.at(0.5), ""),
        ("server memory, end", "MiB", load.memory.at(1), ""),
        ("server memory, slope", "MiB/min", load.memory.slope, "its second half; aim flat"),
    ]
    return [
        Row(name=f"{who}: {name}", unit=unit, ours=value, target=target)
        for name, unit, value, target in ours
    ]


def _told(errors: Mapping[str, int]) -> str:
    found = ", ".join(f"{number} x {outcome}" for outcome, number in sorted(errors.items()))
    return f"none, 429 counts{'; ' if found else ''}{found}"


def _percentile(values: Sequence[float], percent: int) -> float:
    if len(values) < 2:
        return values[0] if values else 0.0
    return quantiles(values, n=100, method="inclusive")[percent - 1]


def _sample(pid: int, ended: threading.Event, samples: list[tuple[float, float]]) -> None:
    began = time.monotonic()
    while not ended.wait(SAMPLE_SECONDS):
        if (now := resident(pid)) is not None:
            samples.append((time.monotonic() - began, now))


# --- the readers' process -------------------------------------------------------------------------


def main(given: Mapping[str, Any]) -> None:
    """Prints a JSON line for each question, once every reader has stopped."""
    questions = [each.text for each in load() if each.audience == "public"]
    turn, began = count(), time.perf_counter()
    done: list[list[Reading]] = [[] for _ in range(given["readers"])]

    def read(reader: int) -> None:
        while time.perf_counter() - began < given["seconds"] or not done[reader]:
            question = questions[next(turn) % len(questions)]
            done[reader].append(_ask(given["url"], reader, question, began))

    threads = [threading.Thread(target=read, args=(each,)) for each in range(given["readers"])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for reading in (each for some in done for each in some):
        print(json.dumps(asdict(reading)))


def _ask(url: str, reader: int, question: str, start: float) -> Reading:
    """One question over a connection of its own, as a browser without keep-alive would."""
    began, first = time.perf_counter(), None
    events: list[tuple[str, Any]] = []
    try:
        for event in _events(url, question):
            if event[0] == "claim" and first is None:
                first = time.perf_counter() - began
            events.append(event)
        outcome = _outcome(events)
    except (OSError, http.client.HTTPException, ValueError) as error:
        outcome = str(error) or type(error).__name__
    now = time.perf_counter()
    return Reading(
        reader=reader, outcome=outcome, first_claim=first, whole=now - began, ended=now - start
    )


def _outcome(events: Sequence[tuple[str, Any]]) -> str:
    """The reply's kind when the stream is whole: every claim came, and the reply has just those."""
    if not events or events[-1][0] != "reply":
        last = events[-1] if events else ("nothing", {})
        return str(last[1].get("status", "no reply")) if last[0] == "error" else "no reply"
    reply = events[-1][1]
    claims = [data["claim"] for name, data in events if name == "claim"]
    return reply["kind"] if claims == reply.get("claims", []) else "claims lost"


def _events(url: str, question: str) -> Iterator[tuple[str, Any]]:
    """Raises ValueError with the status of an answer that is no stream."""
    address = urlsplit(url)
    connection = http.client.HTTPConnection(
        address.hostname or "", address.port, timeout=PATIENCE_SECONDS
    )
    body = json.dumps({"question": question, "conversation_id": secrets.token_hex(16)})
    headers = {"Content-Type": "application/json", "Accept": "text/event-stream"}
    try:
        connection.request("POST", "/v1/ask", body, headers)
        response = connection.getresponse()
        if response.status != http.client.OK:
            raise ValueError(str(response.status))
        yield from _parsed(response.readline)
    finally:
        connection.close()


def _parsed(readline: Callable[[], bytes]) -> Iterator[tuple[str, Any]]:
    name = ""
    while line := readline().decode():
        field, _, value = line.rstrip("\n").partition(": ")
        if field == "event":
            name = value
        elif field == "data":
            yield name, json.loads(value)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
