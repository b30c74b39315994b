"""The tables of the benchmark page on intervals for shares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

Rows = Sequence[Mapping[str, str]]

INTERVALS = {
    "informants": "The share among informants like these",
    "corpus": "The share that people would have found in this corpus",
}
FAMILIES = ("groups", "cells of 3 interviews", "cells of 2 interviews")
OURS = ("themes, random audit", "themes, active audit")


def coverage(rows: Rows) -> Iterator[str]:
    """For each target and kind of cell one table, cases by methods; then the worst groups, and the error of it all."""
    if not rows:
        return
    found = {(row["set"], row["method"], row["metric"]): float(row["value"]) for row in rows}
    cases = list(dict.fromkeys(row["set"].rsplit(": ", 1)[0] for row in rows))
    methods = list(dict.fromkeys(row["method"] for row in rows))
    for interval, title in INTERVALS.items():
        for family in FAMILIES:
            yield f"{title}, {family} (coverage / mean width):"
            yield ""
            cells = (
                [case, *(_both(found, f"{case}: {family}", method, interval) for method in methods)] for case in cases
            )
            yield from _headed(["", *methods], cells)
    yield "The group that is covered least:"
    yield ""
    columns = [(method, interval) for interval in INTERVALS for method in OURS]
    worst = (
        [case, *(f"{found[f'{case}: groups', method, f'{of}_coverage_least']:.3f}" for method, of in columns)]
        for case in cases
    )
    yield from _headed(["", *(f"{method}, {interval}" for method, interval in columns)], worst)
    errors = [value for (_, method, metric), value in found.items() if method in OURS and "standard_error" in metric]
    worlds = int(rows[0]["size"])
    yield (
        f"Each case is {worlds:,} worlds. The Monte Carlo standard error of a coverage of `themes` is "
        f"{sum(errors) / len(errors):.3f} on average and {max(errors):.3f} at most."
    )


def _both(found: Mapping[tuple[str, str, str], float], name: str, method: str, interval: str) -> str:
    held, width = (found[name, method, f"{interval}_{metric}"] for metric in ("coverage", "width"))
    return f"{held:.3f} / {width:.3f}"


def _headed(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A Markdown table, the first column of words, the others of numbers."""
    yield f"| {' | '.join(headings)} |"
    yield f"|---|{'---:|' * (len(headings) - 1)}"
    yield from (f"| {' | '.join(cells)} |" for cells in rows)
    yield ""
