"""What a study leaves behind: tables that any program reads, and one page that any browser opens.

`write` is the whole room; `tables` gives the same tables without a folder. The page shows what each source's tier
allows and hides the numbers of cells with few people; the tables are working files and say what they withhold.
"""

from __future__ import annotations

from pathlib import Path

from themes.domain import Progress, no_progress
from themes.report.dictionary import ENTRIES, readme
from themes.report.figures import NAMES, pictures, plates
from themes.report.files import remove, write_all
from themes.report.material import Material
from themes.report.options import ReportOptions
from themes.report.page import page
from themes.report.papers import PAPERS, papers
from themes.report.record import Record
from themes.report.tables import Table, data_dictionary, tables

__all__ = ["FILES", "Material", "Record", "ReportOptions", "Table", "tables", "write"]


FILES = (
    *(f"tables/{entry.name}.csv" for entry in ENTRIES),
    "tables/data-dictionary.csv",
    "tables/README.md",
    *PAPERS,
    "index.html",
)
"""What `write` leaves in the folder, whatever the study; figures depend on what was counted."""


def write(
    material: Material,
    folder: Path,
    options: ReportOptions | None = None,
    progress: Progress = no_progress,
) -> tuple[Path, ...]:
    """The files of the report, written to `folder`: `tables/*.csv`, `tables/README.md` and, last, `index.html`.

    Before the page come `figures/*.svg`, with `figures = "all"` PNG and PDF too, of those figures for which there are
    numbers. The same material and options give the same bytes. All files are written beside the old ones before the
    first is replaced, and figures that are no longer made are taken away. Progress is told in files. Raises
    ProjectError where the folder cannot be written.
    """
    chosen = options or ReportOptions()
    contents: dict[str, str | bytes] = {
        f"tables/{name}.csv": table.csv() for name, table in tables(material, chosen).items()
    }
    contents["tables/data-dictionary.csv"] = data_dictionary().csv()
    contents["tables/README.md"] = readme()
    contents |= papers(material, chosen, contents)
    drawn = plates(material, chosen)
    contents.update(pictures(drawn))
    contents["index.html"] = page(material, chosen, drawn)
    written = write_all(folder, contents, progress)
    remove(folder, {f"figures/{name}.{end}" for name in NAMES for end in ("svg", "png", "pdf")} - contents.keys())
    return written
