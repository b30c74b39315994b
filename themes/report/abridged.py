"""The methods as others may read them: how the study was made, without coders, days, reasons and numbers of people.

What is left out tells of single people, or counts people and segments in a way that no table for others does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from themes.domain import CodebookEdit, SourceKind
from themes.report.cited import cite, used
from themes.report.decided import estimates, hiding, limits, queue
from themes.report.material import Material
from themes.report.methods import candidate_themes, encoder, options_used, segmentation, uses
from themes.report.options import ReportOptions
from themes.report.sections import Block, Points, Section, markdown, written
from themes.report.words import counted, listing, percent, thousands


def abridged(material: Material, options: ReportOptions) -> tuple[Section, ...]:
    """The sections that others may read, of a guarded material."""
    return (
        written("Sources", _sources(material, options)),
        written("Coders", _coders(material)),
        written("Segmentation", _words(segmentation(material))),
        written("Encoder", encoder(material)),
        written("Candidate themes", candidate_themes(material)),
        written("Codebook", _codebook(material)),
        written("Suggestions and the order of coding", queue(material)),
        written("Audit", _audit(material)),
        written("Estimates", _words(estimates(material, replace(options, min_participants=options.least)))),
        written("Options, seeds and versions", options_used(material)),
        written("Limits", limits(material)),
        written("References", [Points(tuple(one.line.replace("*", "") for one in used(uses(material))))]),
    )


def abridged_page(material: Material, options: ReportOptions) -> str:
    """methods.md for others."""
    return markdown(f"Methods: {material.study.title}", abridged(material, options))


def _words(blocks: Iterable[Block]) -> Iterable[Block]:
    """The paragraphs alone: lists and tables count segments by rule, and cells by what may be said of them."""
    return [block for block in blocks if isinstance(block, str)]


def _sources(material: Material, options: ReportOptions) -> Iterable[Block]:
    """Kinds of sources, as the page counts them."""
    kinds = Counter(source.kind for source in material.sources)
    names = [
        counted(kinds[kind], "mandate text" if kind is SourceKind.MANDATE else kind)
        for kind in SourceKind
        if kinds[kind]
    ]
    yield f"The study rests on {listing(names) or 'no source'}, with {counted(len(material.segments), 'segment')}."
    yield (
        f"{hiding(options.least)} Who spoke, how many of which group, when and in which language is left out here: "
        "tables/prevalence.csv has what may be said of groups."
    )


def _coders(material: Material) -> Iterable[Block]:
    judged = material.record.judged
    if not judged:
        yield "Nobody has coded yet: all that is said of codes is the machine's suggestion."
        return
    yield f"People decided on {counted(judged, 'segment')}. Who they are, and what each decided, is left out here."


def _codebook(material: Material) -> Iterable[Block]:
    """How large the codebook is, and which acts changed it: not who, when and why."""
    codes = material.codebook.codes
    if not codes:
        yield "The study has no codebook."
        return
    assignable = counted(len(material.codebook.assignable), "code")
    yield f"The codebook has {assignable} that can be given to segments. Its version is {material.codebook.version}."
    standing = [one for one in material.record.edits if one.undoes is None and one.id not in material.record.undone]
    yield f"It was edited in the program; acts that stand: {_acts(standing)}." if standing else ""


def _acts(edits: Iterable[CodebookEdit]) -> str:
    acts = Counter(str(one.act) for one in edits)
    return listing([f"{act} {thousands(number)}" for act, number in sorted(acts.items())])


def _audit(material: Material) -> Iterable[Block]:
    """How much was drawn and answered, in all."""
    if not material.record.audits:
        yield "No audit was drawn: every count is the machine's, and has no interval."
    for one in material.record.audits:
        answered = percent(one.answered / one.drawn if one.drawn else None)
        yield (
            f"An audit of {counted(one.draws[-1].codes, 'code')} drew segments by chance, in "
            f"{counted(len(one.draws), 'draw')}, each kept with the chance of every segment before anybody saw it; "
            f"drawn systematically {cite('madow1949')}, talk and mandates apart. Of those drawn, {answered} are "
            "answered, without a suggestion in sight, in an order given by lot."
        )
