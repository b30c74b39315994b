"""Lets the benchmarks import one another and the builder of the UN study as `tests.…`, however pytest is started."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
