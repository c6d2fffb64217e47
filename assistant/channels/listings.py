"""Everything that is no reply, as text for a terminal, from the contract's JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.channels.render import STATES, reason_text
from assistant.channels.style import Style
from assistant.shapes import (
    CheckJson,
    GapsJson,
    HitsJson,
    IngestJson,
    KeyListedJson,
    VerifyJson,
    VolatilityJson,
)


def ingest_text(report: IngestJson, style: Style) -> str:
    counts = ", ".join(
        f"{report[part]} {part}" for part in ("added", "changed", "removed", "unchanged")
    )
    lines = [f"{counts}, {len(report['quarantined'])} quarantined"]
    if left_out := report.get("left_out"):
        lines.append(f"{left_out:,} more pages are listed: run it again for the next ones")
    lines += [style.block(f"{q['path']}: {q['reason']}", "  - ") for q in report["quarantined"]]
    return "\n".join(lines)


def hits_text(hits: HitsJson, style: Style) -> str:
    return "\n\n".join(
        "\n".join(
            [
                style.bold(style.block(" > ".join([hit["document_id"], *hit["heading_path"]]))),
                style.block(hit["text"], "  "),
                style.dim(f"  score {hit['score']:.4f}, {hit['start']}-{hit['end']}"),
            ]
        )
        for hit in hits["hits"]
    )


def check_text(checks: Sequence[CheckJson], style: Style) -> str:
    return "\n".join(line for check in checks for line in _checked(check, style))


def _checked(check: CheckJson, style: Style) -> Iterator[str]:
    yield style.block(f"{check['title']} ({check['document_id']})")
    checked, review = check["checked_on"] or "an unknown date", check["next_review_on"]
    state = STATES[check["state"]]
    line = f"  {state}; checked on {checked}" + (f"; next review {review}" if review else "")
    yield style.warn(line) if check["notice"] else line
    for reason in check["reasons"]:
        yield style.block(reason_text(reason), "  - ")
    for claim in check["claims"]:
        yield style.dim(style.block(f"“{claim['text']}” {STATES[claim['state']]}", "  * "))


def gaps_text(gaps: GapsJson, style: Style) -> str:
    return "\n".join(
        style.block(f"{gap['question']} ({gap['reason']}, last {gap['last_asked']})", prefix)
        for gap in gaps["items"]
        for prefix in [f"{gap['count']:>4} x "]
    )


def volatility_text(volatility: VolatilityJson, _style: Style) -> str:
    mutable = "may change" if volatility["p_mutable"] >= 0.5 else "stays true"
    return (
        f"{mutable}: {volatility['class']}, p {volatility['p_mutable']:.2f}, "
        f"about {volatility['tau_days']:.0f} days"
    )


def verify_text(verified: VerifyJson, style: Style) -> str:
    head = f"{verified['label'].replace('_', ' ')}: {verified['score']:.2f}"
    return "\n".join([head, *(style.block(reason, "  - ") for reason in verified["reasons"])])


def keys_text(keys: Sequence[KeyListedJson], _style: Style) -> str:
    return "\n".join(_key(key) for key in keys)


def _key(key: KeyListedJson) -> str:
    scope = "widget" if key["widget"] else key["scope"]
    columns = [f"{key['id']}  {scope:<6}  {key['audience']:<8}  created {key['created_at']}"]
    if key["limit"] is not None:
        columns.append(f"{key['limit']} a minute")
    if key["origins"]:
        columns.append(f"on {' '.join(key['origins'])}")
    if key["revoked_at"]:
        columns.append(f"revoked {key['revoked_at']}")
    return "  ".join(columns)
