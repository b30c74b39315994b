"""The table of the benchmark page on what a report costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tests.benchmarks.tables_prevalence import headed

COLUMNS = {
    "cpu_seconds": ("processor seconds", ".1f"),
    "peak_mib": ("peak memory, MiB", ",.0f"),
    "held_before_mib": ("held before, MiB", ",.0f"),
    "page_mb": ("page, MB", ".2f"),
    "workbook_mb": ("workbook, MB", ".2f"),
    "all_files_mb": ("all files, MB", ".1f"),
    "parsed_seconds": ("page read, seconds", ".2f"),
    "ready_seconds": ("page ready, seconds", ".2f"),
}


def report(rows: Sequence[Mapping[str, str]]) -> Iterator[str]:
    """One table of sizes, with the exponents of what grows in its last row."""
    found = {(row["set"], row["metric"]): float(row["value"]) for row in rows}
    sizes = dict.fromkeys(row["set"] for row in rows if row["metric"] == "page_mb")
    cells = [
        [f"{int(name.partition(' ')[0]):,}", *(f"{found[name, of]:{form}}" for of, (_, form) in COLUMNS.items())]
        for name in sizes
    ]
    slopes = (found.get(("all sizes", f"exponent_{of}")) for of in COLUMNS)
    cells.append(["exponent", *("" if slope is None else f"{slope:.2f}" for slope in slopes)])
    yield from headed(["segments", *(title for title, _ in COLUMNS.values())], cells)
