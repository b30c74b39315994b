"""The tables of the benchmark page on the review app."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

Rows = Sequence[Mapping[str, str]]

KILLED = {
    "kills": "kills",
    "acknowledged_acts": "acts that were answered",
    "acknowledged_entries": "their entries in the log",
    "unanswered_acts": "acts under way at a kill",
    "unanswered_and_kept": "of these kept before the kill, and found again by their key",
    "lost_acts": "answered acts lost",
    "doubled_acts": "acts done twice",
    "damaged_files": "files that did not open whole",
}


def durability(rows: Rows) -> Iterator[str]:
    """One table, counts by what was counted."""
    if not rows:
        return
    found = {row["metric"]: float(row["value"]) for row in rows}
    yield from _headed(["", "number"], ([words, f"{found[metric]:,.0f}"] for metric, words in KILLED.items()))


def review(rows: Rows) -> Iterator[str]:
    """Acts by times, then what is sent, then the sentences on ratios."""
    if not rows:
        return
    found = {(row["method"], row["metric"]): float(row["value"]) for row in rows}
    timed = {row["method"]: row["size"] for row in rows if row["metric"] == "p50_ms"}
    metrics = ("p50_ms", "p99_ms", "worst_ms")
    times = (
        [what, f"{int(size):,}", *(_cell(found.get((what, metric))) for metric in metrics)]
        for what, size in timed.items()
    )
    yield from _headed(["milliseconds", "times", "half within", "99% within", "longest"], times)
    sent = [what for what, metric in found if metric == "kib"]
    yield from _headed(["what is sent", "KiB"], ([what, f"{found[what, 'kib']:.1f}"] for what in sent))
    decide, start = "decide and next", "themes review to its first page"
    yield (
        f"A decision with the next item takes {found[decide, 'p50_ratio_to_bare']:.1f} times as long as the bare route "
        f"(medians; {found[decide, 'p99_ratio_to_bare']:.1f} times at 99%). From the command to its first page the app "
        f"takes {found[start, 'ratio_to_import']:.0f} times as long as `python -c 'import starlette'`."
    )


def _cell(value: float | None) -> str:
    return "" if value is None else f"{value:,.1f}" if value < 100 else f"{value:,.0f}"


def _headed(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A Markdown table, the first column of words, the others of numbers."""
    yield f"| {' | '.join(headings)} |"
    yield f"|---|{'---:|' * (len(headings) - 1)}"
    yield from (f"| {' | '.join(cells)} |" for cells in rows)
    yield ""
