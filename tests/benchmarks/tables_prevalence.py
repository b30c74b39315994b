"""The tables of the benchmark page on estimates of how often people speak of each code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

Rows = Sequence[Mapping[str, str]]
Found = Mapping[tuple[str, str, str], float]

# --- audits ---

HELD = {
    "corpus_coverage": "corpus interval holds the share",
    "corpus_coverage_error": "± by chance",
    "cells_below_.90": "cells below .90",
    "corpus_width": "corpus width",
    "informants_width": "informants width",
    "error": "off by, mean",
}
SHOWN = {
    "tier_estimate": "estimate with interval",
    "tier_interval_only": "interval only",
    "tier_k_of_J_interviews": "k of J interviews",
    "tier_hidden": "hidden",
}
HALVES = {"halves_coverage": "difference holds 0", "other_half_within": "interval holds the other half's share"}


def audits(rows: Rows) -> Iterator[str]:
    """For each set one table of methods for all codes, one of the program by how frequent codes are."""
    found = {(row["set"], row["method"], row["metric"]): float(row["value"]) for row in rows}
    people = "coded by people"
    for name, size in {row["set"]: row["size"] for row in rows if row["metric"] == "people"}.items():
        whole = f"{name}, all codes"
        told = [found[name, people, of] for of in ("people", "groups", "codes_of_the_codebook", "audits")]
        yield (
            f"`{name}`: {int(size):,} answers of {told[0]:.0f} people in {told[1]:.0f} groups, "
            f"{found[whole, people, 'codes']:.0f} of {told[2]:.0f} codes, {told[3]:.0f} audits:"
        )
        yield ""
        methods = dict.fromkeys(row["method"] for row in rows if row["set"] == whole and row["method"] != people)
        yield from headed(["method", *HELD.values()], ([each, *_cells(found, whole, each, HELD)] for each in methods))
        bands = dict.fromkeys(row["set"] for row in rows if row["set"].startswith(f"{name}, "))
        cells = (
            [
                band.removeprefix(f"{name}, "),
                f"{found[band, people, 'codes']:.0f}",
                *_cells(found, band, "themes", ("corpus_coverage", "corpus_width")),
                *_cells(found, band, "people alone, Korn-Graubard", ("corpus_width",)),
                *_cells(found, band, "themes", (*SHOWN, *HALVES)),
            ]
            for band in bands
        )
        titles = ["holds", "width", "width, people alone", *SHOWN.values(), *HALVES.values()]
        yield from headed(["share of answers", "codes", *titles], cells)


# --- what estimates cost ---

STEPS = ("counts", "draw", "estimates")


def estimating(rows: Rows) -> Iterator[str]:
    """One table of sizes by steps, one of exponents."""
    found = {(row["set"], row["size"], row["method"], row["metric"]): float(row["value"]) for row in rows}
    sizes = dict.fromkeys((row["set"], row["size"]) for row in rows if row["metric"] == "peak_mib")
    cells = (
        [
            f"{name}, {int(size):,} segments",
            *(f"{found[name, size, step, 'cpu_seconds']:.2f}" for step in STEPS),
            f"{found[name, size, 'all', 'peak_mib']:,.0f}",
        ]
        for name, size in sizes
    )
    yield from headed(["processor seconds", *STEPS, "peak memory, MiB"], cells)
    grown = dict.fromkeys(row["set"] for row in rows if row["metric"] == "exponent_seconds")
    slopes = ([name, *(f"{found[name, '0', step, 'exponent_seconds']:.2f}" for step in STEPS)] for name in grown)
    yield from headed(["exponent", *STEPS], slopes)


def _cells(found: Found, name: str, method: str, metrics: Iterable[str]) -> Iterator[str]:
    for metric in metrics:
        value = found.get((name, method, metric))
        yield "" if value is None else f"{value:.3f}"


def headed(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A Markdown table, the first column of words, the others of numbers."""
    yield f"| {' | '.join(headings)} |"
    yield f"|---|{'---:|' * (len(headings) - 1)}"
    yield from (f"| {' | '.join(cells)} |" for cells in rows)
    yield ""
