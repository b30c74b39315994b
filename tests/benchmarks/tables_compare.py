"""The tables of the benchmark page on comparisons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

Rows = Sequence[Mapping[str, str]]
Found = Mapping[tuple[str, str, int, str], float]
"""(set, method, points, metric) -> value."""

INTERVALS = {
    "informants_coverage": "informants: held",
    "informants_width": "width",
    "odds_coverage": "log odds ratio: held",
    "corpus_coverage": "corpus: held",
    "corpus_width": "width",
    "detectable": "said to be detectable",
}
RANKS = {"coverage": "held", "width": "width", "bias": "mean error"}


def compare(rows: Rows) -> Iterator[str]:
    """What finds a difference, for each comparison by the true one; families; intervals; ranks."""
    if not rows:
        return
    found = {(row["set"], row["method"], int(row["size"]), row["metric"]): float(row["value"]) for row in rows}
    yield from _finding(found)
    yield from _families(found)
    yield from _intervals(found)
    yield from _ranks(found)


def _finding(found: Found) -> Iterator[str]:
    """The share of worlds in which a difference is found, methods by true differences."""
    families = {name for name, *_, metric in found if metric == "false_discoveries"}
    held = {key: value for key, value in found.items() if key[3] == "found" and key[0] not in families}
    for name in dict.fromkeys(key[0] for key in held):
        methods, points = (list(dict.fromkeys(key[at] for key in held if key[0] == name)) for at in (1, 2))
        yield f"{name[0].upper()}{name[1:]} (found at .05, by the true difference):"
        yield ""
        cells = ([method, *(f"{held[name, method, by, 'found']:.3f}" for by in points)] for method in methods)
        yield from _headed(["", *("none" if not by else f"{by} points" for by in points)], cells)


def _families(found: Found) -> Iterator[str]:
    held = {key: value for key, value in found.items() if key[3] == "false_discoveries"}
    for name in dict.fromkeys(key[0] for key in held):
        methods, points = (list(dict.fromkeys(key[at] for key in held)) for at in (1, 2))
        told = "of what is found the share that is false / of the true ones the share found"
        yield f"{name[0].upper()}{name[1:]} ({told}):"
        yield ""
        cells = ([method, *(_both(found, name, method, by) for by in points)] for method in methods)
        yield from _headed(["", *("none" if not by else f"{by} points" for by in points)], cells)


def _both(found: Found, name: str, method: str, points: int) -> str:
    true = found.get((name, method, points, "found"))
    return f"{found[name, method, points, 'false_discoveries']:.3f}" + ("" if true is None else f" / {true:.3f}")


def _intervals(found: Found) -> Iterator[str]:
    held = {key: value for key, value in found.items() if key[3] in INTERVALS}
    yield "Intervals of 95% for a difference:"
    yield ""
    which = dict.fromkeys((name, method, points) for name, method, points, _ in held)
    cells = (
        [f"{name}, {points} points", *(f"{held[name, method, points, metric]:.3f}" for metric in INTERVALS)]
        for name, method, points in which
    )
    yield from _headed(["", *INTERVALS.values()], cells)


def _ranks(found: Found) -> Iterator[str]:
    held = {key: value for key, value in found.items() if key[3] in RANKS}
    yield "Intervals of 95% for ranks:"
    yield ""
    which = dict.fromkeys((name, method, codes) for name, method, codes, _ in held)
    cells = (
        [f"{name}: {method}", *(_number(held.get((name, method, codes, metric))) for metric in RANKS)]
        for name, method, codes in which
    )
    yield from _headed(["", *RANKS.values()], cells)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _headed(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A Markdown table, the first column of words, the others of numbers."""
    yield f"| {' | '.join(headings)} |"
    yield f"|---|{'---:|' * (len(headings) - 1)}"
    yield from (f"| {' | '.join(cells)} |" for cells in rows)
    yield ""
