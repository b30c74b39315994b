"""What is needed to make a report again, as run.json; and whether what lies there is what would be made now.

No path and no time stands in it: the same study, program and libraries give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from themes.domain import checksum
from themes.report.material import Material
from themes.report.words import listing, thousands

RUN = "run.json"
TABLES = "tables/"

Files = Mapping[str, str | bytes]


def run_json(material: Material, tables: Files) -> str:
    """run.json: program and libraries, encoder, options, sources, codebook, log, audits, and a checksum per table."""
    record, made = material.record, material.provenance
    told = {
        "program": {"themes": made.get("themes", ""), "python": record.python, "libraries": dict(record.libraries)},
        "encoder": {
            "name": made.get("encoder", ""),
            "checksum": made.get("encoder checksum", ""),
            "numerics": made.get("numerics", ""),
        },
        "preset": Path(made.get("preset", "")).name,
        "options": {stage: dict(own) for stage, own in record.options.items()},
        "seeds": seeds(material),
        "study": checksum([repr(replace(material.study, folder=Path(), options={}))]),
        "sources": sorted({source.checksum for source in material.sources if source.checksum}),
        "codebook": {
            "version": material.codebook.version,
            "codes": len(material.codebook.codes),
            "edits": len(record.edits),
        },
        "log": {"entries": record.entries},
        "audits": [asdict(draw) for one in record.audits for draw in one.draws],
        "counts": {
            "sources": len(material.sources),
            "segments": len(material.segments),
            "candidate themes": len(material.themes),
            "suggestions": len(material.suggestions),
            "codings": len(material.codings),
            "cells": len(material.estimates),
        },
        "tables": {name: digest(content) for name, content in tables.items() if name.startswith(TABLES)},
    }
    return json.dumps(told, indent=2, ensure_ascii=False, default=str) + "\n"


def seeds(material: Material) -> dict[str, object]:
    """Every seed, as `stage.option`."""
    options = material.record.options.items()
    return {f"{stage}.{name}": value for stage, own in options for name, value in own.items() if "seed" in name}


def digest(content: str | bytes) -> str:
    """SHA-256 of the bytes of a file."""
    return hashlib.sha256(content if isinstance(content, bytes) else content.encode("utf-8", "replace")).hexdigest()


@dataclass(frozen=True, slots=True)
class Verdict:
    """One table: whether what lies in the report is what is made now, and if not, why that may be."""

    name: str
    same: bool
    reasons: tuple[str, ...] = ()


def verdicts(lying: Mapping[str, bytes], made: Mapping[str, bytes]) -> tuple[Verdict, ...]:
    """A verdict for each table of `made`, and one for each that lies there and is not made any more.

    Both hold the tables and run.json by their names in the report; what is missing is not there.
    """
    before, now = _told(lying.get(RUN)), _told(made.get(RUN))
    changed = tuple(_changes(before, now)) if before else ("run.json is not there or cannot be read",)
    kept = before.get("tables", {})
    names = [*made, *(name for name in lying if name not in made)]
    return tuple(
        Verdict(name, True)
        if lying.get(name) == made.get(name)
        else Verdict(name, False, _reasons(lying.get(name), made.get(name), kept.get(name), changed))
        for name in names
        if name.startswith(TABLES)
    )


def _reasons(lies: bytes | None, made: bytes | None, kept: str | None, changed: tuple[str, ...]) -> tuple[str, ...]:
    """Why a table differs; `kept` is the checksum that run.json has of it."""
    if lies is None:
        return ("it is not there",)
    if made is None:
        return ("it is not made any more",)
    if kept is not None and kept != digest(lies):
        return ("the file was changed after it was written",)
    return changed or ("nothing that run.json tells of has changed; another computer may reckon differently",)


def _told(content: bytes | None) -> Mapping[str, Any]:
    """run.json as it was read; empty where it cannot be."""
    try:
        found = json.loads(content or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


_WHAT = {
    "encoder": "another encoder, or the same with other numerics",
    "preset": "another preset",
    "study": "study.toml was changed",
    "sources": "other source files",
    "audits": "an audit was drawn or extended since",
}


def _changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterable[str]:
    """What run.json tells otherwise now, the likeliest reasons first."""
    entries = _entries(now) - _entries(before)
    if entries:
        noun = "entry" if abs(entries) == 1 else "entries"
        since = f"{thousands(entries)} more {noun} in the log: decisions or edits since"
        yield since if entries > 0 else "an older log"
    options = _differing(before.get("options"), now.get("options"))
    if options:
        yield f"options changed: {listing(options)}"
    programs = _differing(before.get("program"), now.get("program"))
    if programs:
        yield f"other versions: {listing([one.rpartition('.')[2] for one in programs])}"
    if before.get("codebook") != now.get("codebook"):
        yield "another codebook"
    yield from (words for part, words in _WHAT.items() if before.get(part) != now.get(part))


def _entries(told: Mapping[str, Any]) -> int:
    log = told.get("log")
    return int(log.get("entries", 0)) if isinstance(log, dict) else 0


def _differing(before: object, now: object) -> list[str]:
    """The names, as `stage.option`, whose values differ."""
    old, new = _flat(before), _flat(now)
    return sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))


def _flat(told: object, under: str = "") -> dict[str, object]:
    if not isinstance(told, dict):
        return {}
    found: dict[str, object] = {}
    for name, value in told.items():
        found |= _flat(value, f"{under}{name}.") if isinstance(value, dict) else {f"{under}{name}": value}
    return found
