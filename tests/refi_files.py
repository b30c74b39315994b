"""One small REFI-QDA project, what is in a file, and the schemas that files are held to."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings
from lxml import etree

from themes.exchange import (
    Exchanged,
    ExchangedCode,
    ExchangedCoding,
    ExchangedSource,
    Read,
    Selection,
    read_refi,
)
from themes.exchange.exchanged import ORIGIN
from themes.exchange.guids import guid_of

SCHEMAS = Path(__file__).parents[2] / "shared" / "data" / "refi" / "schemas"
SAMPLES = sorted((SCHEMAS.parent / "samples").glob("*.qdpx"))
needs_schemas = pytest.mark.skipif(not SCHEMAS.is_dir(), reason="the schemas of REFI-QDA are not on this machine")
few = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
many = settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
"""Projects are large to draw; what is measured is the writing."""


def guid(name: str) -> str:
    return guid_of("tests", "part", name)


CODE = ExchangedCode(guid("code"), "Trust", description="Who trusts whom", colour="#FF8800")
INTERVIEW = ExchangedSource(
    guid("interview"),
    "Interview 1",
    text="one\n\U0001f642 two\x00 three",
    selections=(Selection(guid("selection"), 4, 9, codings=(ExchangedCoding(guid("coding"), CODE.guid),)),),
)
PROJECT = Exchanged(
    "Study", ORIGIN, codes=(CODE,), sources=(INTERVIEW,), created=datetime(2026, 1, 31, 12, 30, tzinfo=UTC)
)


@cache
def schemas(kind: str) -> tuple[etree.XMLSchema, ...]:
    found = sorted(SCHEMAS.glob(f"{kind}*.xsd"))
    assert found
    return tuple(etree.XMLSchema(etree.parse(path)) for path in found)


def unpacked(content: bytes) -> dict[str, bytes]:
    """The files of the archive by their names."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {entry.filename: archive.read(entry) for entry in archive.infolist() if not entry.is_dir()}


def is_valid(kind: str, xml: bytes) -> bool:
    document = etree.fromstring(xml, etree.XMLParser(huge_tree=True))
    return all(schema.validate(document) for schema in schemas(kind))


def read(content: bytes, name: str) -> Read:
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        return read_refi(path)
