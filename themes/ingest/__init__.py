"""Reading what researchers hold: the study folder, the list of sources, the codebook, and every file of the list.

`read` gives the sources of one file; which reader it takes depends on the file's ending. The others read the four
kinds of lists that a study folder has.
"""

from __future__ import annotations

from themes.ingest.codebook import codebook_of, read_codebook
from themes.ingest.kinds import PLAIN, READ, SUBTITLES
from themes.ingest.listing import sources_csv, with_rows
from themes.ingest.options import IngestOptions
from themes.ingest.places import Kept, kept, reflowed
from themes.ingest.plain import decode
from themes.ingest.reading import Reading, read
from themes.ingest.sheet import Sheet, SheetRow, read_sheet
from themes.ingest.sources import read_sources
from themes.ingest.study import begun_study, is_free, new_study, read_study
from themes.ingest.tables import slug

__all__ = [
    "PLAIN",
    "READ",
    "SUBTITLES",
    "IngestOptions",
    "Kept",
    "Reading",
    "Sheet",
    "SheetRow",
    "begun_study",
    "codebook_of",
    "decode",
    "is_free",
    "kept",
    "new_study",
    "read",
    "read_codebook",
    "read_sheet",
    "read_sources",
    "read_study",
    "reflowed",
    "slug",
    "sources_csv",
    "with_rows",
]
