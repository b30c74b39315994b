"""The page: one file that a browser opens without asking anybody for anything."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from themes.domain import UNSPECIFIED, Cover, Problem, Segment, Severity, Source, SourceKind
from themes.report.abridged import abridged
from themes.report.annotations import annotated
from themes.report.cards import code_cards, theme_cards
from themes.report.cells import MANDATE, TALK, Counts, counts
from themes.report.dictionary import ENTRIES
from themes.report.figures import Plate, segments
from themes.report.heats import heats
from themes.report.material import Material
from themes.report.methods import methods
from themes.report.options import ReportOptions
from themes.report.others import suppressed_table
from themes.report.places import draw
from themes.report.quotes import open_source
from themes.report.words import counted, listing, percent, thousands

_TEMPLATES = Path(__file__).parent / "templates"

_NOUNS = {SourceKind.MANDATE: "mandate text"}


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One row of the table of sources. `name` is the id, or the row's number where the source may not be named."""

    name: str
    title: str
    kind: str
    group: str
    missions: tuple[str, ...]
    periods: tuple[str, ...]
    segments: int
    language: str
    tier: str


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """One problem, with every place it was found in."""

    problem: str
    remedy: str
    places: tuple[str, ...]


def page(material: Material, options: ReportOptions, plates: Sequence[Plate] = ()) -> str:
    """index.html as text, with figures that were drawn before."""
    style, script = _read("style.css"), _read("script.js") + _read("map.js")
    options = replace(options, min_participants=options.least)
    found = counts(material, options.min_participants)
    drawn = draw(material, options)
    context: dict[str, Any] = {
        "style": style,
        "script": script,
        "policy": _policy(style, script),
        "study": material.study,
        "options": options,
        "material": material,
        "summary": summary(material),
        "people": people(material),
        "cited": _cited(material),
        "counts": found,
        "uncounted": "" if material.guard else uncounted(found),
        "map": drawn,
        "annotations": annotated(material, drawn, found, options) if drawn else None,
        "plates": [one for one in plates if one.figure.name != segments.NAME],
        "printed_map": next((one.files for one in plates if one.figure.name == segments.NAME), ()),
        "themes": theme_cards(material, found, options),
        "codes": code_cards(material, found, options),
        "code_heats": heats(material, found, "code"),
        "theme_heats": heats(material, found, "theme"),
        "methods": (abridged if material.guard else methods)(material, options),
        "sources": _source_rows(material),
        "numbered": not all(map(open_source, material.sources)),
        "problems": {severity: _problem_rows(material.problems, severity) for severity in Severity},
        "entries": ENTRIES,
        "suppressed": suppressed_table(material, options).rows,
        "reflexive": material.study.approach == "reflexive",
        "has_mandates": len(material.talk) < len(material.segments),
        "unclustered": len(material.segments) - len(material.theme_of),
    }
    return _environment().get_template("page.html").render(context)


def _cited(material: Material) -> list[tuple[str, str]]:
    """The program's version and the encoder, as far as the provenance has them."""
    labels = {"themes": "version", "encoder": "encoder"}
    return [(label, material.provenance[key]) for key, label in labels.items() if key in material.provenance]


def _read(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES, encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(thousands=thousands, percent=percent)
    environment.globals.update(counted=counted)
    return environment


def _policy(style: str, script: str) -> str:
    """A content security policy that allows this style and this script, and nothing from anywhere."""
    return (
        f"default-src 'none'; style-src '{_fingerprint(style)}'; script-src '{_fingerprint(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _fingerprint(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def summary(material: Material) -> str:
    """The study in one or two sentences."""
    kinds = Counter(source.kind for source in material.sources)
    sources = listing([counted(kinds[kind], _NOUNS.get(kind, str(kind))) for kind in SourceKind if kinds[kind]])
    themes = counted(len(material.themes), "candidate theme") if material.themes else "no candidate theme"
    return f"{sources or 'No source'}, {counted(len(material.segments), 'segment')}, {themes}{_coverage(material)}."


def _coverage(material: Material) -> str:
    if not material.themes:
        return ""
    if not material.codebook.codes:
        return "; there is no codebook to map them to, so each may be a proposal for a code"
    verdicts = Counter(found[0].verdict for found in material.codes_of.values() if found)
    covered, partly, none = (verdicts[cover] for cover in (Cover.COVERED, Cover.PARTLY, Cover.NO_CODE))
    proposals = "a proposal for a new code" if none == 1 else "proposals for new codes"
    parts = [f"{_being(covered)} covered by the codebook"]
    parts += [f"{_being(partly)} partly covered"] if partly else []
    parts += [f"{_being(none)} covered by no code: {proposals}"] if none else []
    return f"; {listing(parts)}"


def _being(number: int) -> str:
    """`none is`, `1 is`, `2 are`."""
    return f"{thousands(number) if number else 'none'} {'is' if number < 2 else 'are'}"


def uncounted(found: Counts) -> str:
    """How many segments count for no code, in a sentence; nothing where every segment does, or people have counted."""
    shown = ((MANDATE, "mandates"),) if found.few_in_talk else ((TALK, "talk"), (MANDATE, "mandates"))
    kinds = [(*found.uncounted(kind), words) for kind, words in shown]
    left = [
        (none, f"{thousands(none)} of {counted(segments, 'segment')} of {words}")
        for none, segments, words in kinds
        if none
    ]
    if found.has_intervals or not left:
        return ""
    verb = "counts" if len(left) == 1 and left[0][0] == 1 else "count"
    return f"{listing([words for _, words in left])} {verb} for none."


def people(material: Material) -> str:
    """What people have decided so far, in a sentence."""
    if not material.codings:
        return "Nobody has coded yet: what follows is the machine’s opinion."
    segments = len({coding.segment for coding in material.codings})
    bulk = sum(coding.in_bulk for coding in material.codings)
    verb = "stands" if len(material.codings) == 1 else "stand"
    stands = f"{counted(len(material.codings), 'coding')} by people {verb}"
    on = counted(segments, "segment")
    return f"{stands} on {on}, {thousands(bulk) if bulk else 'none'} accepted in bulk."


def _source_rows(material: Material) -> tuple[SourceRow, ...]:
    found: dict[str, list[Segment]] = {source.id: [] for source in material.sources}
    for segment in material.segments:
        found[segment.source].append(segment)
    return tuple(
        _source_row(number, source, found[source.id])
        for number, source in enumerate(material.sources, start=1)
        if source.kind is SourceKind.MANDATE or not material.guard
    )


def _source_row(number: int, source: Source, segments: Sequence[Segment]) -> SourceRow:
    """The row of a source. An id is made from a file's name, so it stands only where the source may be named."""
    missions = dict.fromkeys(segment.mission for segment in segments) or dict.fromkeys(source.missions)
    periods = dict.fromkeys(segment.period for segment in segments) or dict.fromkeys(source.periods)
    public = source.kind is SourceKind.MANDATE and open_source(source)
    return SourceRow(
        name=source.id if open_source(source) else str(number),
        title=(source.symbol or source.title) if open_source(source) else "",
        kind=str(source.kind),
        group="" if public else source.actor_group,
        missions=_unspecified_last(missions),
        periods=_unspecified_last(periods),
        segments=len(segments),
        language=source.language,
        tier="public text" if public else str(source.tier),
    )


def _unspecified_last(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(names or (UNSPECIFIED,), key=lambda name: name == UNSPECIFIED))


def _problem_rows(problems: Sequence[Problem], severity: Severity) -> tuple[ProblemRow, ...]:
    """The problems of one severity, those with the same words together."""
    places: dict[tuple[str, str], list[str]] = {}
    for one in problems:
        if one.severity is severity:
            places.setdefault((one.problem, one.remedy), []).append(one.where)
    return tuple(ProblemRow(problem, remedy, tuple(found)) for (problem, remedy), found in places.items())
