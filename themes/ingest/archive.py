"""Files that are really zip archives (.docx, .odt): one member's bytes, or a refusal before anything is unpacked."""

from __future__ import annotations

import io
import zipfile
import zlib

from themes.errors import ReadingError

LARGEST = 500_000_000
"""Bytes that a file may unpack to, pictures included: more is no transcript."""

LARGEST_PART = 25_000_000
"""Bytes that one part of XML may unpack to: a thousand pages. Read, it takes twenty times as much memory."""

MOST_PARTS = 20_000
"""Members that an archive may have."""

OLD_OFFICE = b"\xd0\xcf\x11\xe0"
"""How an old .doc begins, and every Office file that has a password."""


def check_archive(data: bytes, name: str, save: str, where: str) -> tuple[str, ...]:
    """The names in the archive; raises ReadingError for what is no archive, has a password, or unpacks to too much.

    `name` is what the file should be and `save` the remedy. The sizes are those that the archive declares; a member
    that is larger than it says is cut there when it is read, and its checksum fails.
    """
    if not zipfile.is_zipfile(io.BytesIO(data)):
        raise ReadingError(f"The file is not {name}, whatever its ending says.", save, where)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as cause:
        raise ReadingError(f"The file is damaged: it cannot be opened as {name}.", save, where) from cause
    parts = [member.file_size for member in members if member.filename.casefold().endswith((".xml", ".rels"))]
    if (
        len(members) > MOST_PARTS
        or sum(member.file_size for member in members) > LARGEST
        or sum(parts) > 2 * LARGEST_PART
        or max(parts, default=0) > LARGEST_PART
    ):
        raise ReadingError("The file unpacks to more than a transcript can hold.", save, where)
    if any(member.flag_bits & 1 for member in members):
        raise ReadingError("The file has a password.", save, where)
    return tuple(member.filename for member in members)


def member_of(data: bytes, member: str, name: str, save: str, where: str) -> bytes:
    """The bytes of one member of an archive that `check_archive` let through; nothing is written to the disk."""
    check_archive(data, name, save, where)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return archive.read(member)
    except KeyError as cause:
        raise ReadingError(f"The file is not {name}: it has no {member}.", save, where) from cause
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError) as cause:
        raise ReadingError(f"The file is damaged: its {member} cannot be unpacked.", save, where) from cause
