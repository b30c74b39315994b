"""Texts that people have sorted into groups, one group each: what a clustering is held against."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.coded_sets import CodedSet, congress_bills, sustainable_goals


@dataclass(frozen=True)
class GroupedSet:
    """Texts and the group that people put each into."""

    name: str
    texts: tuple[str, ...]
    groups: tuple[str, ...]

    @property
    def n_groups(self) -> int:
        """Groups that have a text."""
        return len(set(self.groups))


def sdg_benchmark(data: Path) -> GroupedSet:
    """Excerpts of reports by the Sustainable Development Goal that experts found them to be about."""
    return _of_coded("sdg-benchmark", sustainable_goals(data))


def congress(data: Path) -> GroupedSet:
    """Summaries of bills of the United States Congress by their major topic."""
    return _of_coded("congress-bills", congress_bills(data))


def banking_of_20(data: Path) -> GroupedSet:
    """600 questions to a bank with 20 of the 77 intents, both drawn with one seed."""
    drawn = random.Random(0)  # noqa: S311  a draw that anybody can repeat
    rows = _banking(data)
    intents = set(drawn.sample(sorted({row["codes"] for row in rows}), 20))
    return _of_rows("banking77-600", drawn.sample([row for row in rows if row["codes"] in intents], 600))


def banking_of_all(data: Path) -> GroupedSet:
    """8,000 questions to a bank with all 77 intents, drawn with one seed."""
    drawn = random.Random(0)  # noqa: S311  a draw that anybody can repeat
    return _of_rows("banking77-8000", drawn.sample(_banking(data), 8_000))


def usability_sessions(data: Path) -> GroupedSet:
    """What people said who thought aloud, where it has one code and five words or more."""
    lines = (data / "serdif-taguette" / "coded_segments.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    kept = [row for row in rows if len(row["codes"]) == 1 and len(row["text"].split()) >= 5]
    return GroupedSet("serdif-taguette", tuple(row["text"] for row in kept), tuple(row["codes"][0] for row in kept))


GROUPED_SETS: Mapping[str, Callable[[Path], GroupedSet]] = {
    "sdg-benchmark": sdg_benchmark,
    "congress-bills": congress,
    "banking77-600": banking_of_20,
    "serdif-taguette": usability_sessions,
    "banking77-8000": banking_of_all,
}


def _banking(data: Path) -> list[dict[str, str]]:
    with (data / "banking77" / "data.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _of_rows(name: str, rows: Sequence[Mapping[str, str]]) -> GroupedSet:
    return GroupedSet(name, tuple(row["text"] for row in rows), tuple(row["codes"] for row in rows))


def _of_coded(name: str, coded: CodedSet) -> GroupedSet:
    """Of passages with one code each."""
    return GroupedSet(name, coded.texts, tuple(min(codes) for codes in coded.gold))
