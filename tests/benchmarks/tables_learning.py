"""The tables of the benchmark page on suggestions that learn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import fmean

OURS, FIRST = "themes", "themes, first opinion"

QUALITIES = {
    "precision_at_1": "First suggestion right, mean of the sets",
    "recall_at_3": "Share of the codes among three suggestions",
    "mrr": "Mean reciprocal rank of the first right code",
    "macro_f1": "Macro-F1, each passage given as many codes as people gave it",
}
OWN = {
    "precision_at_1": "`themes`, first suggestion right",
    "calibration_error": "`themes`, calibration error of the first suggestion",
    "coverage": "`themes`, share of the codes that sets of 90% hold, by respondent or document",
    "codes_in_set": "`themes`, codes in a set",
}
Rows = Sequence[Mapping[str, str]]
Values = dict[tuple[str, str, str, str], float]


def learning(rows: Rows) -> Iterator[str]:
    """Methods by reviewed passages on the mean of the sets, for each quality; then ours set by set."""
    if not rows:
        return
    found = _found(rows)
    budgets = list(dict.fromkeys(row["size"] for row in rows if row["method"] == OURS))
    sets = list(dict.fromkeys(row["set"] for row in rows))
    methods = list(dict.fromkeys(row["method"] for row in rows))
    everywhere = [one for one in methods if all((name, one, "0", "precision_at_1") in found for name in sets)]
    for metric, title in QUALITIES.items():
        yield from _headed(title, ["reviewed", *budgets])
        for method in everywhere:
            means = (fmean(found[name, method, budget, metric] for name in sets) for budget in budgets)
            yield _line([method, *(f"{mean:.3f}" for mean in means)])
        yield ""
    for metric, title in OWN.items():
        yield from _headed(title, ["reviewed", *budgets])
        how = "{:.1f}" if metric == "codes_in_set" else "{:.3f}"
        for name in sets:
            yield _line([name, *(_cell(found.get((name, OURS, budget, metric)), how) for budget in budgets)])
        yield ""


def setfit(rows: Rows) -> Iterator[str]:
    """Each set, SetFit and ours by reviewed passages."""
    if not rows:
        return
    found = _found(rows)
    budgets = list(dict.fromkeys(row["size"] for row in rows))
    for name in dict.fromkeys(row["set"] for row in rows):
        yield from _headed(f"First suggestion right, {name}", ["reviewed", *budgets])
        for method in dict.fromkeys(row["method"] for row in rows):
            yield _line([method, *(f"{found[name, method, budget, 'precision_at_1']:.3f}" for budget in budgets)])
        yield ""


def withheld(rows: Rows) -> Iterator[str]:
    """How well passages of a code that is taken out are found, what is proposed, and codes of themes."""
    if not rows:
        return
    found = _found(rows)
    budgets = list(dict.fromkeys(row["size"] for row in rows))
    sets = list(dict.fromkeys(row["set"] for row in rows))
    yield from _headed("Passages of the code that was taken out told from the others, AUROC", ["reviewed", *budgets])
    for method in dict.fromkeys(row["method"] for row in rows if row["metric"] == "auroc"):
        yield _line([method, *(f"{fmean(found[n, method, b, 'auroc'] for n in sets):.3f}" for b in budgets)])
    yield ""
    for metric, title in {
        "came_back": "Codes taken out that come back as a proposal with mostly their own quotes",
        "had_a_theme": "Codes taken out that have a candidate theme with mostly their own quotes",
        "others_proposed": "Candidate themes of other codes that are proposed too",
        "first_code_right": "Candidate themes whose first code is that of most of their passages",
    }.items():
        yield from _headed(title, ["reviewed", *budgets])
        for name in sets:
            yield _line([name, *(_cell(found.get((name, OURS, budget, metric)), "{:.2f}") for budget in budgets)])
        yield ""


def policies(rows: Rows) -> Iterator[str]:
    """Orders of reviewing by sets."""
    if not rows:
        return
    found = _found(rows)
    sets = list(dict.fromkeys(row["set"] for row in rows))
    orders = list(dict.fromkeys(row["method"] for row in rows))
    size = rows[0]["size"]
    for metric, (title, how) in {
        "reviews_to_90_percent": ("Reviews until 90% of the macro-F1 with all labels", "{:.0f}"),
        "mean_f1": (f"Mean macro-F1 on the way to {size} reviews", "{:.3f}"),
    }.items():
        yield from _headed(title, ["order", *sets, "mean"])
        for order in orders:
            own = [found[name, order, size, metric] for name in sets]
            yield _line([order, *(how.format(value) for value in (*own, fmean(own)))])
        yield ""


def refresh(rows: Rows) -> Iterator[str]:
    """Sizes by what a decision costs."""
    if not rows:
        return
    found = {(row["set"], row["metric"]): float(row["value"]) for row in rows}
    columns = {
        "ms_visible": ("visible queue, ms", "{:,.0f}"),
        "ms_everything": ("everything, ms", "{:,.0f}"),
        "seconds_to_learn_first": ("first time, s", "{:,.1f}"),
        "peak_mib": ("peak memory, MiB", "{:,.0f}"),
    }
    yield _line(["", *(title for title, _ in columns.values())])
    yield f"|---|{'---:|' * len(columns)}"
    for name in dict.fromkeys(row["set"] for row in rows):
        yield _line([name, *(how.format(found[name, metric]) for metric, (_, how) in columns.items())])
    yield ""


def _found(rows: Rows) -> Values:
    return {(row["set"], row["method"], row["size"], row["metric"]): float(row["value"]) for row in rows}


def _headed(title: str, headings: Sequence[str]) -> Iterator[str]:
    yield f"{title}:"
    yield ""
    yield _line(headings)
    yield f"|---|{'---:|' * (len(headings) - 1)}"


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(value: float | None, how: str) -> str:
    return "" if value is None else how.format(value)
