"""What may be shown of a segment, and to whom it may be attributed: every word of talk on the page comes from here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from themes.domain import UNSPECIFIED, CandidateTheme, Segment, SegmentId, Source, SourceKind, Tier
from themes.report.material import Material, words_of

WITHHELD = "not for quotation"


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage that may be shown. `cut` says that the segment goes on; `reference` finds it in segments.csv.

    A report for others gives none of talk: an id is made from its source and words, so it would confirm a guess.
    `remark` says how the passage comes to stand here, empty where nothing need be said.
    """

    text: str
    cut: bool
    attribution: str
    reference: str
    language: str
    mandate: bool
    remark: str = ""


def quote(material: Material, segment: Segment, words: int) -> Quote:
    """The first `words` words of a segment whose source may be quoted."""
    source = material.source[segment.source]
    text, cut = excerpt(segment.text, words)
    return Quote(
        text,
        cut,
        attribution(segment, source, material.has_missions),
        "" if material.guard and segment.kind is not SourceKind.MANDATE else reference(segment, source),
        source.language,
        segment.kind is SourceKind.MANDATE,
    )


def quotable(material: Material, segments: Iterable[SegmentId]) -> Iterator[Segment]:
    """Those of the segments whose source may be quoted, in the same order."""
    found = (material.segment[segment] for segment in segments)
    return (segment for segment in found if segment.source not in material.withheld)


def attribution(segment: Segment, source: Source, has_missions: bool) -> str:
    """Who said it, as far as the source's tier allows; a mandate is a public text and gives symbol and paragraph.

    In a study without missions none is given, not even as unspecified.
    """
    if source.tier is Tier.NOT_FOR_QUOTATION:
        return WITHHELD
    if segment.kind is SourceKind.MANDATE:
        return ", ".join(part for part in (source.symbol or source.title or source.id, segment.number) if part)
    who = _who(segment) if source.tier is Tier.NAMED else ""
    mission = mission_name(segment.mission) if has_missions else ""
    return ", ".join(part for part in (who, group_name(segment.actor_group), mission) if part)


def _who(segment: Segment) -> str:
    """The pseudonym, or the label of the file where there is none and the source's id would stand for it."""
    return segment.participant if segment.participant not in {"", segment.source} else segment.speaker


def reference(segment: Segment, source: Source) -> str:
    """The segment's id; for talk that is not `named`, its end only, because an id begins with its source's id."""
    if open_source(source):
        return segment.id
    return segment.id.removeprefix(f"{source.id}:")


def open_source(source: Source) -> bool:
    """Whether title, speaker and source of a quote may stand beside it: public texts, and talk that is `named`."""
    public = source.kind is SourceKind.MANDATE and source.tier is not Tier.NOT_FOR_QUOTATION
    return public or source.tier is Tier.NAMED


def group_name(path: str) -> str:
    """The actor group, or that it is not known."""
    return "group unspecified" if path == UNSPECIFIED else path


def mission_name(mission: str) -> str:
    """The mission, or that it is not known."""
    return "mission unspecified" if mission == UNSPECIFIED else mission


def excerpt(text: str, words: int) -> tuple[str, bool]:
    """The first `words` words with single spaces, and whether more follow."""
    parts = text.split(maxsplit=words)
    return " ".join(parts[:words]), len(parts) > words


def shown_terms(material: Material, terms: Iterable[str]) -> list[str]:
    """The terms without those whose words occur only in sources that are not for quotation."""
    if not material.withheld:
        return list(terms)
    return [term for term in terms if material.open_words.issuperset(words_of(term))]


def label(material: Material, theme: CandidateTheme) -> str:
    """What a person calls the candidate theme, or else its first four terms, or its id where no term may be shown."""
    return theme.name or ", ".join(shown_terms(material, (term for term, _ in theme.terms))[:4]) or theme.id


def shown_example(material: Material, example: str) -> str:
    """An example quote of a code, or nothing where its words stand in a source that is not for quotation."""
    passage = f" {' '.join(words_of(example))} "
    return "" if passage.strip() and any(passage in f" {text} " for text in material.closed_texts) else example


_RUN = 4
"""So many words in a row that stand in a source are taken from it."""


def free_of_closed_words(material: Material, text: str) -> bool:
    """Whether a text of a person quotes no source that is not for quotation: not four words in a row, nor all of it."""
    words = words_of(text)
    runs = {" ".join(words[at : at + _RUN]) for at in range(max(1, len(words) - _RUN + 1))} if words else set()
    return not any(f" {run} " in f" {closed} " for closed in material.closed_texts for run in runs)
