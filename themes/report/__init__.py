"""What a study leaves behind: tables that any program reads, and one page that any browser opens.

`write` is the whole room; `tables` gives the same tables without a folder. The page shows what each source's tier
allows and hides the numbers of cells with few people. The tables are whole for oneself; for others they hide as much.
"""

from __future__ import annotations

from pathlib import Path

from themes.domain import Progress, no_progress
from themes.report.audience import Audience
from themes.report.dictionary import ENTRIES, SUPPRESSED, readme
from themes.report.files import write_all
from themes.report.guarding import guarded
from themes.report.material import Material
from themes.report.options import ReportOptions
from themes.report.others import for_others, suppressed_table
from themes.report.page import page
from themes.report.parquet import parquet
from themes.report.tables import Table, data_dictionary
from themes.report.tables import tables as whole_tables
from themes.report.workbook import workbook

__all__ = ["FILES", "Audience", "Material", "ReportOptions", "Table", "tables", "write"]


FILES = (
    *(f"tables/{entry.name}.{form}" for entry in ENTRIES for form in ("csv", "parquet")),
    "tables/data-dictionary.csv",
    "tables/study.xlsx",
    "tables/README.md",
    "index.html",
)
"""What `write` leaves in the folder."""


def write(
    material: Material,
    folder: Path,
    options: ReportOptions | None = None,
    progress: Progress = no_progress,
) -> tuple[Path, ...]:
    """The files of the report, written to `folder`: tables as `.csv`, `.parquet` and `.xlsx`, and last `index.html`.

    The same material and options give the same bytes. All files are written beside the old ones before the first is
    replaced. Progress is told in files. Raises ProjectError where the folder cannot be written.
    """
    chosen = options or ReportOptions()
    shown = guarded(material, chosen)
    return write_all(folder, {**table_files(shown, chosen), "index.html": page(shown, chosen)}, progress)


def tables(material: Material, options: ReportOptions | None = None) -> dict[str, Table]:
    """Every table by its name, in the order of the dictionary, as the audience may have it."""
    chosen = options or ReportOptions()
    shown = guarded(material, chosen)
    made = for_others(shown, whole_tables(shown, chosen))
    return {**made, SUPPRESSED.name: suppressed_table(shown, chosen)}


def table_files(material: Material, options: ReportOptions) -> dict[str, str | bytes]:
    """Every table in each of its forms, and what describes them: name in the report's folder -> content."""
    made, described = tables(material, options), data_dictionary()
    files: dict[str, str | bytes] = {}
    for name, table in made.items():
        files[f"tables/{name}.csv"] = table.csv()
        files[f"tables/{name}.parquet"] = parquet(table)
    files["tables/data-dictionary.csv"] = described.csv()
    files["tables/study.xlsx"] = workbook({**made, described.entry.name: described})
    files["tables/README.md"] = readme(material.guard is not None)
    return files
