"""The tables of docs/benchmarks/README.md, made from the csv files beside it: python -m tests.benchmarks.tables."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs" / "benchmarks"
FIELDS = ("benchmark", "set", "method", "size", "metric", "value")

Row = Mapping[str, str]
