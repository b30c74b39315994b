"""What a study leaves behind: tables that any program reads, and one page that any browser opens.

`write` is the whole room; `tables` gives the same tables without a folder. The page shows what each source's tier
allows and hides the numbers of cells with few people. The tables are whole for oneself; for others they hide as much.
"""

from __future__ import annotations

from pathlib import Path

from themes.domain import Progress, no_progress
from themes.report.audience import Audience
from themes.report.dictionary import ENTRIES, SUPPRESSED, readme
from themes.report.figures import NAMES, pictures, plates
from themes.report.files import remove, write_all
from themes.report.guarding import guarded
from themes.report.material import Material
from themes.report.options import ReportOptions
from themes.report.others import for_others, suppressed_table
from themes.report.page import page
from themes.report.papers import FOR_OTHERS, PAPERS, papers
from themes.report.parquet import parquet
from themes.report.record import Record
from themes.report.tables import Table, data_dictionary
from themes.report.tables import tables as whole_tables
from themes.report.workbook import workbook

__all__ = ["Audience", "Material", "Record", "ReportOptions", "Table", "files_of", "tables", "write"]


_TABLES = (
    *(f"tables/{entry.name}.{form}" for entry in ENTRIES for form in ("csv", "parquet")),
    "tables/data-dictionary.csv",
    "tables/study.xlsx",
    "tables/README.md",
)


def files_of(options: ReportOptions) -> tuple[str, ...]:
    """What `write` leaves in the folder, whatever the study; figures depend on what was counted."""
    return (*_TABLES, *(PAPERS if options.audience == Audience.SELF else FOR_OTHERS), "index.html")


def write(
    material: Material,
    folder: Path,
    options: ReportOptions | None = None,
    progress: Progress = no_progress,
) -> tuple[Path, ...]:
    """The files of the report, written to `folder`: tables as `.csv`, `.parquet` and `.xlsx`, and last `index.html`.

    For oneself, files for a paper come too; for others only those that tell of no coder and of no number of people.
    Before the page come `figures/*.svg`, with `figures = "all"` PNG and PDF too, of those figures for which there are
    numbers. The same material and options give the same bytes. All files are written beside the old ones before the
    first is replaced, and figures that are no longer made are taken away. Progress is told in files. Raises
    ProjectError where the folder cannot be written.
    """
    chosen = options or ReportOptions()
    shown = guarded(material, chosen)
    contents = table_files(shown, chosen)
    contents |= papers(shown, chosen, contents)
    drawn = plates(shown, chosen)
    contents.update(pictures(drawn))
    contents["index.html"] = page(shown, chosen, drawn)
    written = write_all(folder, contents, progress)
    figures = {f"figures/{name}.{end}" for name in NAMES for end in ("svg", "png", "pdf")}
    remove(folder, (figures | set(PAPERS)) - contents.keys())
    return written


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
