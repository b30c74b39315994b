"""All that can be read in a file of a report, whatever its form."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path


def unpacked(path: Path) -> str:
    """The file as text; a workbook unzipped, a Parquet file read cell by cell, with their raw bytes after that."""
    content = path.read_bytes()
    parts = [content]
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(io.BytesIO(content)) as entries:
            parts += [name.encode() + b"\n" + entries.read(name) for name in entries.namelist()]
    if path.suffix == ".parquet":
        from pyarrow import parquet as files

        parts.append(str(files.read_table(path).to_pydict()).encode())
        parts.append(str(files.read_metadata(path).to_dict()).encode())
    return "\n".join(part.decode("utf-8", "replace") for part in parts)
