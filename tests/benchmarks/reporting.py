"""What a report costs at one size: python -m tests.benchmarks.reporting SIZE FOLDER FIGURES, a process of its own.

The study is that of `tests.big_study`: long answers of made-up words, 72 codes, 60 candidate themes, five suggestions
for each segment. Its places on the map are drawn by chance around one middle for each theme.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np

from tests.benchmarks.peer import peak_mib
from tests.big_study import big
from themes.domain import Codebook, SegmentId, Study
from themes.prevalence import PrevalenceOptions, counts
from themes.project import Made
from themes.report import Material, ReportOptions, write

WARM = 200
"""So many segments have a report first, so that imports are not measured."""


def material(made: Made, folder: Path) -> Material:
    """All that the report of the study is made from, before any audit."""
    codebook = Codebook(made.codes)
    return Material(
        study=Study(folder, "A large study"),
        sources=made.sources,
        segments=made.segments,
        themes=made.themes,
        places=places(made),
        suggestions=made.suggestions,
        codebook=codebook,
        estimates=counts(made.segments, made.suggestions, codebook, made.themes, PrevalenceOptions()),
    )


def places(made: Made) -> dict[SegmentId, tuple[float, float]]:
    """Each segment near the middle of its candidate theme."""
    drawn = np.random.default_rng(1)
    found: dict[SegmentId, tuple[float, float]] = {}
    for theme in made.themes:
        middle = drawn.uniform(-10, 10, 2)
        for segment, (x, y) in zip(theme.segments, drawn.normal(middle, 0.8, (len(theme.segments), 2)), strict=True):
            found[segment] = (round(float(x), 4), round(float(y), 4))
    return found


def main(size: int, folder: Path, figures: str) -> None:
    """Writes the report and prints what it cost, as JSON: seconds, MiB held at the most, MB of files."""
    options = ReportOptions(figures=figures)
    write(material(big(WARM, sources=60), folder), folder / "first", options)
    whole = material(big(size), folder)
    before, began = peak_mib(), time.process_time()
    written = write(whole, folder / "report", options)
    seconds = time.process_time() - began
    sizes = {path.name: path.stat().st_size / 1e6 for path in written}
    told = {
        "cpu_seconds": seconds,
        "peak_mib": peak_mib(),
        "held_before_mib": before,
        "page_mb": sizes["index.html"],
        "workbook_mb": sizes["study.xlsx"],
        "all_files_mb": sum(path.stat().st_size for path in written) / 1e6,
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
