"""The page of the benchmarks says what the csv files say."""

from __future__ import annotations

import csv

import pytest

from tests.benchmarks.tables import DOCS, FIELDS, TABLES, up_to_date

LEAST = {
    "npmi": -1,
    "ari": -1,
    "ari_clustered": -1,
    "exponent_mib": -1,
    "informants_bias": -1,
    "corpus_bias": -1,
    "bias": -1,
}
"""The metrics that may be below 0."""


def test_the_page_has_the_tables_that_the_csv_files_give():
    page = (DOCS / "README.md").read_text(encoding="utf-8")
    assert up_to_date(page) == page


@pytest.mark.parametrize("name", TABLES)
def test_a_csv_file_is_tidy(name: str):
    with (DOCS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == FIELDS
    keys = [(row["set"], row["method"], row["size"], row["metric"]) for row in rows]
    assert len(keys) == len(set(keys))
    assert all(row["benchmark"] == name and float(row["value"]) >= LEAST.get(row["metric"], 0) for row in rows)
