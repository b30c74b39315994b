"""The tables of docs/benchmarks/README.md, made from the csv files beside it: python -m tests.benchmarks.tables."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from tests.benchmarks import (
    tables_compare,
    tables_coverage,
    tables_learning,
    tables_prevalence,
    tables_report,
    tables_review,
)

DOCS = Path(__file__).resolve().parents[2] / "docs" / "benchmarks"
FIELDS = ("benchmark", "set", "method", "size", "metric", "value")
BEGIN, END = "<!-- begin {}: made by tests/benchmarks/tables.py -->", "<!-- end {} -->"

Found = Mapping[tuple[str, str, str], float]
"""(set, method, metric) -> value."""


def write_rows(path: Path, rows: Iterable[tuple[str, str, str, int, str, float]]) -> None:
    """Writes tidy rows; shares and seconds with as many digits as mean something."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(FIELDS)
        writer.writerows((*about, f"{value:.4g}" if isinstance(value, float) else value) for *about, value in rows)


def rewrite() -> None:
    """Writes the tables anew between their markers."""
    path = DOCS / "README.md"
    path.write_text(up_to_date(path.read_text(encoding="utf-8")), encoding="utf-8")


def up_to_date(page: str) -> str:
    """The page with its tables as the csv files have them."""
    for name, tables in TABLES.items():
        head, rest = page.split(BEGIN.format(name), maxsplit=1)
        _, tail = rest.split(END.format(name), maxsplit=1)
        made = "\n".join(tables(_read(DOCS / f"{name}.csv")))
        page = f"{head}{BEGIN.format(name)}\n\n{made}\n{END.format(name)}{tail}"
    return page


def _read(path: Path) -> list[dict[str, str]]:
    """The rows, none where the file has not been written yet."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# --- suggestions ---

QUALITIES = {"precision_at_1": "First suggestion right", "recall_at_3": "Share of the codes among three suggestions"}

STRAINED = {
    "share_on_foreign_codes": "First suggestions on codes that no passage carries",
    "share_of_the_common_code": "First suggestions on the code that 60% of the passages carry",
}


def _suggest(rows: Sequence[Mapping[str, str]]) -> Iterator[str]:
    """One table of the sets, one for each quality, methods by sets, and one for the sets under strain."""
    found, sizes = _found(rows), {row["set"]: row["size"] for row in rows if row["metric"] == "codes"}
    people = "coded by people"
    about = (
        [name, size, f"{found[name, people, 'codes']:g}", f"{found[name, people, 'codes_per_passage']:.2f}"]
        for name, size in sizes.items()
    )
    yield from _table(["set", "passages", "codes", "codes per passage"], about)
    methods = dict.fromkeys(row["method"] for row in rows if row["metric"] == "recall_at_3")
    for metric, title in QUALITIES.items():
        yield f"{title}:"
        yield ""
        cells = ([method, *(_share(found.get((name, method, metric))) for name in sizes)] for method in methods)
        yield from _table(["method", *sizes], cells)
    yield from _strained(rows, found)


def _strained(rows: Sequence[Mapping[str, str]], found: Found) -> Iterator[str]:
    """One table for each way of straining: the share of the first codes, and how often they are right."""
    for metric, title in STRAINED.items():
        sets = dict.fromkeys(row["set"] for row in rows if row["metric"] == metric)
        methods = dict.fromkeys(row["method"] for row in rows if row["metric"] == metric)
        yield f"{title} (in brackets: first suggestion right):"
        yield ""
        metrics = (metric, "precision_at_1")
        cells = (
            [method, *(_pair(*(found.get((name, method, of)) for of in metrics)) for name in sets)]
            for method in methods
        )
        yield from _table(["", *sets], cells)


def _pair(share: float | None, right: float | None) -> str:
    return _share(share) + (f" ({_share(right)})" if right is not None else "")


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


# --- runs ---

DONE_AGAIN = {
    "ratio_to_first_run": ("time, first run = 1", "{:.3f}"),
    "files_read": ("files read", "{:,.0f}"),
    "texts_encoded": ("texts encoded", "{:,.0f}"),
    "peak_mib": ("peak memory, MiB", "{:,.0f}"),
}


def _run(rows: Sequence[Mapping[str, str]]) -> Iterator[str]:
    """One table for each study, then the sentences on starting and on sameness."""
    found = _found(rows)
    for study, size in {row["set"]: row["size"] for row in rows if row["set"] != "start"}.items():
        first = found[study, "first run", "seconds"]
        yield f"`{study}`, {int(size):,} segments; the first run took {first:,.0f} seconds:"
        yield ""
        scenarios = dict.fromkeys(
            row["method"] for row in rows if row["set"] == study and row["metric"] == "ratio_to_first_run"
        )
        cells = (
            [scenario, *(_cell(found.get((study, scenario, metric)), how) for metric, (_, how) in DONE_AGAIN.items())]
            for scenario in scenarios
        )
        yield from _table(["", *(title for title, _ in DONE_AGAIN.values())], cells)
        files, differ = (found[study, "two folders", f"report_files{what}"] for what in ("", "_that_differ"))
        yield f"Two folders with the same input: {differ:.0f} of {files:.0f} files of the report differ."
        yield ""
    if rows:
        ratio = found["start", "themes --help", "ratio_to_importing_numpy"]
        numpy = "`python -c 'import numpy'`"
        yield f"`themes --help` takes {ratio:.2f} times as long as {numpy} (medians of 7 cold starts)."


def _cell(value: float | None, how: str) -> str:
    return "" if value is None else how.format(value)


# --- edits ---

EDITS = {
    "themes_before": "themes before",
    "themes_kept": "kept",
    "themes_changed": "changed",
    "themes_new": "new",
    "themes_gone": "gone",
    "themes_no_longer_found": "kept by people alone",
    "names_kept": "names kept",
    "merges_kept": "merges kept",
    "splits_kept": "splits kept",
    "no_theme_kept": "no theme kept",
}


def _edits(rows: Sequence[Mapping[str, str]]) -> Iterator[str]:
    """One row for each study, then how much of the edited themes is left and how long the matching took."""
    found, sizes = _found(rows), {row["set"]: (row["method"], int(row["size"])) for row in rows}
    cells = (
        [f"{name}, {size:,} segments", *(f"{found[name, method, metric]:g}" for metric in EDITS)]
        for name, (method, size) in sizes.items()
    )
    yield from _table(["", *EDITS.values()], cells)
    for name, (method, _) in sizes.items():
        least, mean = (found[name, method, f"{which}_share_of_members_kept"] for which in ("least", "mean"))
        seconds = found[name, method, "seconds_of_matching"]
        yield (
            f"`{name}`: the edited themes kept {mean:.0%} of their members, the least stable of them {least:.0%}. "
            f"Matching took {seconds:.3f} seconds."
        )
        yield ""


# --- clustering ---

GROUPED = {
    "themes": ("themes", "{:.0f}"),
    "outliers": ("outliers", "{:.2f}"),
    "ari": ("ARI", "{:.3f}"),
    "nmi": ("NMI", "{:.3f}"),
    "ari_clustered": ("ARI without outliers", "{:.3f}"),
    "nmi_clustered": ("NMI without outliers", "{:.3f}"),
    "npmi": ("NPMI", "{:.2f}"),
    "diversity": ("diversity", "{:.2f}"),
    "stability_over_seeds": ("stability, seeds", "{:.2f}"),
    "stability_over_subsamples": ("stability, subsamples", "{:.2f}"),
    "repeats": ("repeats", "{:.0f}"),
    "seconds": ("seconds", "{:,.1f}"),
    "peak_mib": ("MiB", "{:,.0f}"),
    "import_seconds": ("seconds to start", "{:,.1f}"),
}


def _cluster(rows: Sequence[Mapping[str, str]]) -> Iterator[str]:
    """One table for each set, methods by metrics."""
    found = _found(rows)
    for name, size in {row["set"]: row["size"] for row in rows}.items():
        n_groups = found[name, "sorted by people", "themes"]
        yield f"`{name}`, {int(size):,} texts, sorted by people into {n_groups:.0f} groups:"
        yield ""
        methods = dict.fromkeys(row["method"] for row in rows if row["set"] == name and row["metric"] == "ari")
        yield from _table(["method", *(title for title, _ in GROUPED.values())], _cells(found, name, methods, GROUPED))


# --- from nothing to a result ---

COLD = {
    "seconds": ("seconds", "{:.1f}"),
    "ratio_to_bertopic_script": ("time, BERTopic script = 1", "{:.3f}"),
    "seconds_over_help": ("seconds more than `--help`", "{:.1f}"),
    "peak_mib": ("peak memory, MiB", "{:,.0f}"),
}


def _cold(rows: Sequence[Mapping[str, str]]) -> Iterator[str]:
    """One table, ways by costs."""
    found = _found(rows)
    for name in dict.fromkeys(row["set"] for row in rows):
        ways = dict.fromkeys(row["method"] for row in rows if row["set"] == name)
        yield from _table(["", *(title for title, _ in COLD.values())], _cells(found, name, ways, COLD))


# --- printed stability ---


def _stability(rows: Sequence[Mapping[str, str]]) -> Iterator[str]:
    """One table of all sets by what was printed, and one of the calibration error of each set."""
    if not rows:
        return
    found = _found(rows)
    bins = {row["method"]: row["size"] for row in rows if row["set"] == "all sets" and row["metric"] == "printed"}
    cells = (
        [label, size, *(_share(found.get(("all sets", label, metric))) for metric in ("printed", "recurrence"))]
        for label, size in bins.items()
    )
    yield from _table(["stability printed", "themes", "printed, mean", "found again, mean"], cells)
    whole = ((row["set"], row["size"], float(row["value"])) for row in rows if row["metric"] == "calibration_error")
    errors = ([name, size, _share(error)] for name, size, error in whole)
    yield from _table(["set", "themes", "calibration error"], errors)


# --- embedding ---

ENCODED = {
    "segments_per_second": ("passages per second", "{:,.0f}"),
    "ratio_to_sentence_transformers": ("speed, sentence-transformers = 1", "{:.2f}"),
    "min_cosine": ("cosine to its vectors, least", "{:.6f}"),
    "mean_cosine": ("mean", "{:.6f}"),
    "peak_mib": ("peak memory, MiB", "{:,.0f}"),
    "start_up_seconds": ("seconds to start", "{:.1f}"),
    "share_of_gemm_limit": ("share of the limit", "{:.2f}"),
}


def _embed(rows: Sequence[Mapping[str, str]]) -> Iterator[str]:
    """One table, ways by costs and nearness."""
    found = _found(rows)
    for name in dict.fromkeys(row["set"] for row in rows):
        ways = dict.fromkeys(row["method"] for row in rows if row["set"] == name)
        yield from _table([name, *(title for title, _ in ENCODED.values())], _cells(found, name, ways, ENCODED))


# --- growth ---

GROWN = {"seconds": ("Seconds", "{:,.2f}"), "mib": ("Memory beyond what was held before, MiB", "{:,.0f}")}


def _growth(rows: Sequence[Mapping[str, str]]) -> Iterator[str]:
    """One table of seconds and one of memory, stages by sizes, each with the exponent over the sizes."""
    if not rows:
        return
    found = _found(rows)
    sizes = {row["set"]: row["size"] for row in rows if row["metric"] == "peak_mib"}
    stages = dict.fromkeys(row["method"] for row in rows if row["metric"] == "exponent_seconds")
    for metric, (title, how) in GROWN.items():
        yield f"{title}:"
        yield ""
        cells = (
            [
                stage,
                *(_cell(found.get((name, stage, metric)), how) for name in sizes),
                _cell(found["all sizes", stage, f"exponent_{metric}"], "{:.2f}"),
            ]
            for stage in stages
        )
        yield from _table(["segments", *(f"{int(size):,}" for size in sizes.values()), "exponent"], cells)


# --- tables ---


def _cells(
    found: Found, name: str, methods: Iterable[str], metrics: Mapping[str, tuple[str, str]]
) -> Iterator[list[str]]:
    """The rows of one set: each method with its metrics, in the way in which each is written."""
    for method in methods:
        yield [method, *(_cell(found.get((name, method, metric)), how) for metric, (_, how) in metrics.items())]


def _found(rows: Iterable[Mapping[str, str]]) -> Found:
    return {(row["set"], row["method"], row["metric"]): float(row["value"]) for row in rows}


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A Markdown table, the first column of words, the others of numbers."""
    yield f"| {' | '.join(headings)} |"
    yield f"|---|{'---:|' * (len(headings) - 1)}"
    yield from (f"| {' | '.join(cells)} |" for cells in rows)
    yield ""


TABLES: Mapping[str, Callable[[Sequence[Mapping[str, str]]], Iterator[str]]] = {
    "suggest": _suggest,
    "run": _run,
    "embed": _embed,
    "edits": _edits,
    "cluster": _cluster,
    "cold": _cold,
    "stability": _stability,
    "growth": _growth,
    "learning": tables_learning.learning,
    "setfit": tables_learning.setfit,
    "withheld": tables_learning.withheld,
    "policies": tables_learning.policies,
    "refresh": tables_learning.refresh,
    "durability": tables_review.durability,
    "review": tables_review.review,
    "compare": tables_compare.compare,
    "coverage": tables_coverage.coverage,
    "audits": tables_prevalence.audits,
    "estimating": tables_prevalence.estimating,
    "report": tables_report.report,
}
"""The name of a csv file, and of the markers in the page -> what makes its tables."""

if __name__ == "__main__":
    rewrite()
