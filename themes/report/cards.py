"""What the page says of each candidate theme and each code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from themes.domain import CandidateTheme, Code, Cover, Segment, SegmentId, SourceKind, ThemeCode
from themes.report.cells import ALL, MANDATE, TALK, Column, Counts, Shown
from themes.report.counters import Beside, Readings, beside, beside_theme, readings
from themes.report.grounds import Grounds, grounds
from themes.report.material import Material
from themes.report.options import ReportOptions
from themes.report.places import Mark, mark
from themes.report.quotes import Quote, quotable, quote, shown_terms
from themes.report.quoting import Quotes, coded_with, of_code, quotes_of, varied
from themes.report.saying import Known as Estimates
from themes.report.saying import Said, groups_of, known_of, said
from themes.report.tables import largest_share, participants, talk_of
from themes.report.words import counted, percent, thousands

_BORDERLINE, _BORDERLINE_WORDS = 2, 40
"""Borderline quotes on a card, and their words at most: enough to see where the theme ends."""

VERDICTS = {
    Cover.COVERED: "covered by the codebook",
    Cover.PARTLY: "partly covered",
    Cover.NO_CODE: "no code fits: proposal for a new code",
}


@dataclass(frozen=True, slots=True)
class Spread:
    """One bar: a group (or the mandates), its count, and the length of the bar from 0 to 100."""

    column: Column
    shown: Shown
    length: float


@dataclass(frozen=True, slots=True)
class Mapped:
    """A code that a candidate theme maps to. `anchor` is its card on the page, empty where it has none."""

    name: str
    anchor: str
    coverage: str


@dataclass(frozen=True, slots=True)
class ThemeCard:
    """All that the page shows of one candidate theme. `hidden` says why no number of its talk is shown, else empty."""

    number: int
    id: str
    mark: Mark
    terms: tuple[str, ...]
    more_terms: int
    size: int
    mandates: int
    participants: int
    sources: int
    verdict: str
    cover: str
    codes: tuple[Mapped, ...]
    spread: tuple[Spread, ...]
    grounds: Grounds
    quotes: Quotes
    borderline: tuple[Quote, ...]
    hidden: str
    name: str
    beside: Beside
    share: str

    @property
    def title(self) -> str:
        """What a person calls it, or its first four terms, or its number."""
        return self.name or ", ".join(self.terms[:4]) or f"Candidate theme {self.number}"


@dataclass(frozen=True, slots=True)
class CodeCard:
    """All that the page shows of one code. `hidden` says why no number of its talk is shown, else it is empty."""

    number: int
    code: Code
    segments: int
    mentioning: str
    mandates: int
    dominated: str
    coded: int
    in_bulk: int
    themes: tuple[int, ...]
    quotes: Quotes
    hidden: str
    said: Said
    beside: Beside


def anchors(material: Material) -> dict[str, str]:
    """The card of each code that has one."""
    return {code.id: f"code-{number}" for number, code in enumerate(material.codebook.assignable, start=1)}


def theme_cards(material: Material, counts: Counts, options: ReportOptions) -> tuple[ThemeCard, ...]:
    """A card for each candidate theme, in the order of the material."""
    groups = () if counts.few_in_talk else counts.talk_by_group.columns[1:]
    columns = [column for column in groups if column.segments]
    columns += [column for column in counts.by_mission(MANDATE)[0].columns if column.segments]
    longest, known = _longest(material, counts, columns), readings(material)
    return tuple(
        _theme_card((material, counts, options), known, (number, theme), _spread(counts, theme.id, columns, longest))
        for number, theme in enumerate(material.themes, start=1)
    )


def _longest(material: Material, counts: Counts, columns: Sequence[Column]) -> float:
    """The largest share of any bar on any card: all bars have one scale."""
    widths = (counts.shown("theme", theme.id, column).width for theme in material.themes for column in columns)
    return max(widths, default=0.0) or 1.0


def _spread(counts: Counts, theme: str, columns: Sequence[Column], longest: float) -> tuple[Spread, ...]:
    found = ((column, counts.shown("theme", theme, column)) for column in columns)
    return tuple(
        Spread(_named(column), shown, round(100 * shown.width / longest, 1))
        for column, shown in found
        if shown.count or shown.hidden
    )


def _named(column: Column) -> Column:
    if column.key[0] != MANDATE:
        return column
    return Column(column.key, "Mandates", column.segments, column.participants, column.hidden)


def _theme_card(
    shown: tuple[Material, Counts, ReportOptions],
    known: Readings,
    numbered: tuple[int, CandidateTheme],
    spread: tuple[Spread, ...],
) -> ThemeCard:
    (material, counts, options), (number, theme) = shown, numbered
    segments = [material.segment[segment] for segment in theme.segments]
    talk = talk_of(material, theme)
    terms = shown_terms(material, (term for term, _ in theme.terms))
    mapped = material.codes_of[theme.id]
    verdict = mapped[0].verdict if mapped and material.codebook.codes else None
    quotes = quotes_of(material, counts, options, _typical(theme))
    return ThemeCard(
        number=number,
        id=theme.id,
        mark=mark(number),
        terms=tuple(terms[: options.terms]),
        more_terms=max(0, len(terms) - options.terms),
        size=len(segments),
        mandates=len(segments) - len(talk),
        participants=len(participants(talk)),
        sources=len({segment.source for segment in segments}),
        verdict=VERDICTS[verdict] if verdict else "",
        cover=verdict.name.lower().replace("_", "-") if verdict else "",
        codes=tuple(_mapped(material, mapped)),
        spread=spread,
        grounds=grounds(material, counts, theme),
        quotes=quotes,
        borderline=_borderline(material, options, theme),
        hidden=counts.few_in_talk,
        name=theme.name,
        beside=beside_theme(material, options, theme, known, quotes.ids | frozenset(theme.borderline)),
        share="" if material.guard or counts.few_in_talk else _share(counts, theme),
    )


def _share(counts: Counts, theme: CandidateTheme) -> str:
    """How much of all talk lies in it, with its denominator and what stands behind the number."""
    one = counts.raw("theme", theme.id, (TALK, ALL, ALL, ALL))
    if one is None or not one.segments:
        return ""
    share = f"{thousands(one.count)} of {counted(one.segments, 'segment')} of talk ({percent(one.share)})"
    return f"{share}, from {thousands(one.mentioning)} of {counted(one.participants, 'person')}"


def _typical(theme: CandidateTheme) -> tuple[SegmentId, ...]:
    """The segments of a candidate theme as they are to be quoted: examples first, borderline cases last."""
    edge = set(theme.borderline)
    return (*theme.exemplars, *(one for one in theme.segments if one not in edge), *theme.borderline)


def _borderline(material: Material, options: ReportOptions, theme: CandidateTheme) -> tuple[Quote, ...]:
    """Quotes of segments that might as well lie in another candidate theme, none of them an example."""
    segments = [one for one in theme.borderline if one not in theme.exemplars]
    chosen = varied(list(quotable(material, segments)))[: min(_BORDERLINE, options.quotes)]
    return tuple(quote(material, segment, min(_BORDERLINE_WORDS, options.quote_words)) for segment in chosen)


def _dominated(talk: list[Segment]) -> str:
    """How much of the talk one participant supplies, where it is over half; else nothing."""
    share = largest_share(talk)
    if share is None or share <= 0.5:
        return ""
    return "all of its talk" if share == 1 else f"{percent(share)} of its talk"


def _mapped(material: Material, mapped: Iterable[ThemeCode]) -> Iterable[Mapped]:
    found = anchors(material)
    for one in mapped:
        if one.code is not None:
            yield Mapped(one.code, found.get(one.code, ""), "" if material.guard else percent(one.coverage))


def code_cards(material: Material, counts: Counts, options: ReportOptions) -> tuple[CodeCard, ...]:
    """A card for each code that can be suggested, in the order of the codebook."""
    coded = Counter(coding.code for coding in material.codings)
    bulk = Counter(coding.code for coding in material.codings if coding.in_bulk)
    themes: dict[str, list[int]] = {}
    for number, theme in enumerate(material.themes, start=1):
        for one in material.codes_of[theme.id]:
            if one.code is not None and one.verdict is not Cover.NO_CODE:
                themes.setdefault(one.code, []).append(number)
    known = Known(readings(material), known_of(material), groups_of(counts))
    return tuple(
        _code_card(
            (material, counts, options),
            known,
            (number, code),
            (coded[code.id], bulk[code.id], tuple(themes.get(code.id, ()))),
        )
        for number, code in enumerate(material.codebook.assignable, start=1)
    )


@dataclass(frozen=True, slots=True)
class Known:
    """What is gathered once for the cards of all codes."""

    readings: Readings
    estimates: Estimates
    groups: tuple[str, ...]


def _code_card(
    shown: tuple[Material, Counts, ReportOptions],
    known: Known,
    numbered: tuple[int, Code],
    standing: tuple[int, int, tuple[int, ...]],
) -> CodeCard:
    (material, counts, options), (number, code) = shown, numbered
    talk, mandates = _counted(material, counts, code)
    hidden = counts.few_in_talk or counts.withheld("code", code.id, (TALK, ALL, ALL, ALL))
    suggested = [segment.id for segment in (*talk, *mandates)]
    if material.guard:  # others learn nothing of what people coded
        quotes = quotes_of(material, counts, options, suggested)
    else:
        ordered = of_code(material, code, suggested)
        quotes = quotes_of(material, counts, options, ordered, coded_with(material, code))
    return CodeCard(
        number=number,
        code=code,
        segments=len(talk),
        mentioning="" if material.guard else _mentioning(counts, code),
        mandates=len(mandates),
        dominated="" if hidden else _dominated(talk),
        coded=standing[0],
        in_bulk=standing[1],
        themes=standing[2],
        quotes=quotes,
        hidden=hidden,
        said=said(material, options, (code.id, code.name), known.estimates, known.groups),
        beside=beside(material, options, code, known.readings, quotes.ids),
    )


def _counted(material: Material, counts: Counts, code: Code) -> tuple[list[Segment], list[Segment]]:
    """The talk and the mandate segments that are counted for a code, highest score first.

    Weak first suggestions may be left uncounted; those that are counted are the highest, as many as the estimate says.
    """
    suggested = [material.segment[one.segment] for one in material.first_suggestions.get(code.id, ())]
    talk = [segment for segment in suggested if segment.kind is not SourceKind.MANDATE]
    mandates = [segment for segment in suggested if segment.kind is SourceKind.MANDATE]
    in_talk, in_mandates = (counts.raw("code", code.id, (kind, ALL, ALL, ALL)) for kind in (TALK, MANDATE))
    return talk[: in_talk.count if in_talk else None], mandates[: in_mandates.count if in_mandates else None]


def _mentioning(counts: Counts, code: Code) -> str:
    one = counts.raw("code", code.id, (TALK, ALL, ALL, ALL))
    return f"{thousands(one.mentioning)} of {counted(one.participants, 'person')}" if one else ""
