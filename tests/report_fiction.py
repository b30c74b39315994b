"""A made-up study that is large enough to look at, and the page of it as a browser takes it."""

from __future__ import annotations

import random
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from itertools import product
from pathlib import Path

from themes.domain import (
    UNSPECIFIED,
    CandidateTheme,
    Code,
    Codebook,
    CodeId,
    Coding,
    Cover,
    Estimate,
    Mission,
    Period,
    Problem,
    Segment,
    SegmentId,
    Severity,
    Source,
    SourceId,
    SourceKind,
    Study,
    Suggestion,
    ThemeCode,
    ThemeId,
    Tier,
    ancestors,
)
from themes.report import Material, ReportOptions
from themes.report.page import page as page_of

TOPICS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "Use of force / Robust posture",
        "order, road, helicopters, night",
        (
            "We went out at night because that was when they moved, and for a few weeks the road was ours.",
            "On paper we could have gone after them; on the ground each contingent read the same order differently.",
            "The helicopters fired once, and after that nobody asked us any more whether we meant it.",
        ),
    ),
    (
        "Use of force / Caveats and risk aversion",
        "capital, telephone, parliament, wall",
        (
            "You give the order and then you wait for a telephone call from somebody's capital.",
            "I would not call it fear. It is a parliament that does not want to see coffins.",
            "They stayed behind the wall, and the wall became the mission.",
        ),
    ),
    (
        "Partnerships / Humanitarian space",
        "convoy, escort, access, roadblock",
        (
            "If we take their escort today, tomorrow we need it for every convoy.",
            "We painted our cars a different white, as if anyone could see the difference from a roadblock.",
            "Access was negotiated by us, over months, and lost by them in an afternoon.",
        ),
    ),
    (
        "Host state relations / Consent under strain",
        "clearance, consent, flight, village",
        (
            "The flight clearance came two days after the village had been burnt.",
            "They never said no. They said that the person who signs is travelling.",
            "Consent is a thing that you rent by the week.",
        ),
    ),
    (
        "Partnerships / Burden sharing",
        "pay, vote, bury, council, soldiers",
        (
            "Some pay, some vote and some bury. These are not the same countries.",
            "Ask who sits in the Council and who sits in the armoured vehicle.",
            "It was always our soldiers on the northern route, you know, always.",
        ),
    ),
    (
        "Protection of civilians / Local knowledge and early warning",
        "liaison, warnings, market, weekends",
        (
            "The liaison assistant knew a day before, because the market women had stopped coming.",
            "We had a telephone tree of forty villages and nobody to answer at weekends.",
            "Warnings we had. What we did not have was anybody who could be there in an hour.",
        ),
    ),
    (
        "",
        "drivers, contract, house, street",
        (
            "The drivers earned more than the district judge, and everybody knew it.",
            "When the mission rents a house the whole street changes its price.",
            "My cousin waited nine months for the contract to be renewed.",
        ),
    ),
)
VOICES = (
    ("UN / Headquarters", 3),
    ("UN / Mission", 4),
    ("NGOs / Humanitarian", 3),
    ("Member states / Troop contributors", 3),
    ("Host state", 2),
    (UNSPECIFIED, 3),
)
HOSTILE = (
    "<script>alert('x')</script> & <b>bold</b>",
    '=cmd|"/c calc"!A1',
    "😀 emoji and a flag 🇲🇱, then\na new line",
    "قال الضابط إن الأوامر لم تصل في الوقت المناسب",
    '</style></script><img src="https://evil.example/x.png" onerror="alert(1)">',
)
STABILISATION = Period("stabilisation", "MINUSMA", date(2013, 4, 25), date(2016, 6, 28), "S/RES/2100 (2013)")
ROBUST = Period("robust posture", "MINUSMA", date(2016, 6, 29), date(2023, 6, 30), "S/RES/2295 (2016)")
BRIGADE = Period("intervention brigade", "MONUSCO", date(2013, 3, 28))
STUDY = Study(
    Path("study"),
    "Robust peacekeeping and its partners",
    actor_groups=("UN / Headquarters", "UN / Mission", "NGOs / Humanitarian", "Host state"),
    missions=(Mission("MINUSMA", "Mali", periods=(STABILISATION, ROBUST)), Mission("MONUSCO", periods=(BRIGADE,))),
    notice="Fiction, written for a test; nobody speaks here.",
)
PLACES = (
    ("MINUSMA", "stabilisation"),
    ("MINUSMA", "robust posture"),
    ("MONUSCO", "intervention brigade"),
    (UNSPECIFIED, UNSPECIFIED),
)
EVERYWHERE = "all"


def fiction(n_segments: int = 230, seed: int = 3) -> Material:
    """A made-up study with about so many segments, counted as the program counts."""
    chance = random.Random(seed)  # noqa: S311  # a fiction needs no secret
    sources = tuple(_sources())
    segments = tuple(_segments(sources, n_segments, chance))
    topic_of = {segment.id: _topic(segment) for segment in segments}
    codes = tuple(_codes())
    themes = tuple(_themes(segments, topic_of, chance))
    suggestions = tuple(_suggestions(segments, topic_of, chance))
    middle = [(chance.uniform(0, 10), chance.uniform(0, 6)) for _ in TOPICS]
    return Material(
        study=STUDY,
        sources=sources,
        segments=segments,
        themes=themes,
        places={
            one.id: tuple(chance.gauss(at, 0.55) for at in middle[topic_of[one.id]])  # type: ignore[misc]  # two of them
            for one in segments
        },
        theme_codes=tuple(_theme_codes(themes)),
        suggestions=suggestions,
        codebook=Codebook(codes),
        codings=tuple(
            Coding(one.segment, one.code, "coder A", number, in_bulk=number % 3 == 0)
            for number, one in enumerate(suggestions[:40:2], start=1)
        ),
        estimates=tuple(estimates_of(segments, suggestions, themes)),
        problems=(
            Problem(Severity.ERROR, "transcripts/P17.docx", "The file holds no turns.", "Label each speaker's turns."),
            Problem(Severity.WARNING, "sources.csv, row 7", "The date is a year.", "Give a day if it is known."),
            Problem(Severity.WARNING, "sources.csv, row 9", "The date is a year.", "Give a day if it is known."),
        ),
        provenance={
            "themes": "0.1.0",
            "encoder": "all-MiniLM-L6-v2, SHA-256 53aa51172d14",
            "numerics": "OpenVINO, bf16",
            "seeds": "1, 2, 3, 4, 5",
            "options that differ from the preset": "cluster.seed = 1",
            "sources": "9f2c11d0a3b4",
        },
    )


def _sources() -> Iterator[Source]:
    tiers = (Tier.GROUP, Tier.GROUP, Tier.NAMED, Tier.ORGANISATION, Tier.GROUP, Tier.NOT_FOR_QUOTATION)
    number = 0
    for group, voices in VOICES:
        for _ in range(voices):
            number += 1
            kind = SourceKind.FOCUS_GROUP if number % 9 == 0 else SourceKind.INTERVIEW
            yield Source(
                SourceId(f"secret-file-{number:02}"),
                f"transcripts/{number:02}.txt",
                kind,
                text="",
                turns=(),
                title=f"A talk in a town {number}",
                pseudonym=f"P{number:02}",
                actor_group=group,
                language="ar" if number == 4 else "en",
                tier=tiers[number % len(tiers)],
            )
    for symbol in ("S/RES/2100 (2013)", "S/RES/2295 (2016)", "S/RES/2098 (2013)"):
        name = symbol.replace("/", "-")
        yield Source(SourceId(name), f"mandates/{name}.txt", SourceKind.MANDATE, "", (), symbol=symbol, language="en")


def _segments(sources: Sequence[Source], n_segments: int, chance: random.Random) -> Iterator[Segment]:
    for index in range(n_segments):
        source = sources[index % len(sources)]
        topic = chance.choices(range(len(TOPICS)), weights=(5, 3, 4, 3, 4, 3, 2))[0]
        sentences = chance.choices(TOPICS[topic][2], k=chance.choice((1, 2, 2, 3, 5)))
        text = HOSTILE[index // 20 % len(HOSTILE)] if index % 20 == 4 else " ".join(sentences)
        mission, period = PLACES[(index // len(sources) + index) % len(PLACES)]
        mandate = source.kind is SourceKind.MANDATE
        yield Segment(
            id=SegmentId(f"{source.id}:{index:05}-{topic}"),
            source=source.id,
            start=0,
            end=len(text),
            text=text,
            turn=0,
            kind=source.kind,
            speaker="" if mandate else "A real name",
            participant=source.symbol if mandate else source.pseudonym,
            actor_group=source.actor_group,
            mission=mission,
            mission_basis="named in the segment",
            period=period,
            period_basis="by the date",
            number=f"OP {index % 30 + 1}" if mandate else "",
        )


def _topic(segment: Segment) -> int:
    return int(segment.id[-1])


def _codes() -> Iterator[Code]:
    seen = set()
    for path, terms, _ in TOPICS:
        for code in reversed(ancestors(path) if path else ()):
            if code not in seen:
                seen.add(code)
                parent, _, name = code.rpartition(" / ")
                yield Code(
                    CodeId(code),
                    name,
                    CodeId(parent) if parent else None,
                    definition=f"What people say of {name.lower()}: {terms}." if parent else "",
                    use_when="It is the main thing in the passage." if parent else "",
                )


def _themes(
    segments: Sequence[Segment], topic_of: dict[SegmentId, int], chance: random.Random
) -> Iterator[CandidateTheme]:
    voices = {segment.id: segment.participant for segment in segments}
    for topic, (_, terms, _) in enumerate(TOPICS):
        mine = [segment.id for segment in segments if topic_of[segment.id] == topic]
        mine = mine[: max(1, int(len(mine) * 0.9))]
        if topic == 6:
            mine = [segment for segment in mine if segment.startswith("secret-file-01")] or mine[:1]
        words = [
            *terms.split(", "),
            *(f"{terms.split(', ')[0]} {extra}" for extra in ["ground", "week", "day", "soldiers"]),
            "ok",
        ]
        yield CandidateTheme(
            ThemeId(f"theme-{topic:02}"),
            tuple((word, 1 - place / 20) for place, word in enumerate(words)),
            tuple(mine),
            tuple(sorted((chance.uniform(0.4, 1) for _ in mine), reverse=True)),
            tuple(mine[:5]),
            one_voice=voices[mine[0]] if topic == 6 else "",
        )


def _theme_codes(themes: Sequence[CandidateTheme]) -> Iterator[ThemeCode]:
    for topic, theme in enumerate(themes):
        path = TOPICS[topic][0]
        if not path:
            yield ThemeCode(theme.id, None, 0, 0.0, 0.0, Cover.NO_CODE)
            yield ThemeCode(theme.id, CodeId(TOPICS[0][0]), 1, 0.2, 0.1, Cover.NO_CODE)
            continue
        verdict = Cover.PARTLY if topic % 3 == 2 else Cover.COVERED
        yield ThemeCode(theme.id, CodeId(path), 1, 0.83 - topic / 20, 0.7, verdict)
        yield ThemeCode(theme.id, CodeId(TOPICS[topic - 1][0] or TOPICS[2][0]), 2, 0.11, 0.2, Cover.NO_CODE)


def _suggestions(
    segments: Sequence[Segment], topic_of: dict[SegmentId, int], chance: random.Random
) -> Iterator[Suggestion]:
    paths = [CodeId(path) for path, _, _ in TOPICS if path]
    for segment in segments:
        best = topic_of[segment.id] % len(paths) if chance.random() < 0.8 else chance.randrange(len(paths))
        yield Suggestion(segment.id, paths[best], 1, chance.uniform(0.3, 0.9), 1.2, -0.3, ("order",), "An example.")
        yield Suggestion(segment.id, paths[best - 1], 2, chance.uniform(0.1, 0.3))


def estimates_of(
    segments: Sequence[Segment], suggestions: Sequence[Suggestion], themes: Sequence[CandidateTheme]
) -> Iterator[Estimate]:
    carried: dict[tuple[str, str], set[SegmentId]] = {}
    for one in suggestions:
        if one.rank == 1:
            carried.setdefault(("code", one.code), set()).add(one.segment)
    carried.update({("theme", theme.id): set(theme.segments) for theme in themes})
    cells: dict[tuple[str, str, str, str], list[Segment]] = {}
    for segment in segments:
        mandate = segment.kind is SourceKind.MANDATE
        groups = [EVERYWHERE] if mandate else [EVERYWHERE, *ancestors(segment.actor_group)]
        for group, mission in product(groups, (EVERYWHERE, segment.mission)):
            for period in dict.fromkeys((EVERYWHERE, segment.period if mission != EVERYWHERE else EVERYWHERE)):
                cells.setdefault(("mandate" if mandate else "talk", group, mission, period), []).append(segment)
    for (kind, subject), found in carried.items():
        for cell, inside in cells.items():
            hits = [segment for segment in inside if segment.id in found]
            yield Estimate(
                kind,
                subject,
                *cell,
                count=len(hits),
                segments=len(inside),
                mentioning=len({segment.participant for segment in hits}),
                participants=len({segment.participant for segment in inside}),
                basis="machine's first suggestion, unaudited",
            )


def rendered(material: Material, **options: int) -> str:
    return page_of(material, ReportOptions(**options))


class Page(HTMLParser):
    """The page as a browser takes it: its elements, its text, and whether every element is closed."""

    INLINE = frozenset({"a", "b", "bdi", "em", "strong"})
    VOID = frozenset({"meta", "br", "img", "hr", "input", "link"})

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in self.INLINE:
            self.text.append(" ")
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def words(self) -> str:
        return " ".join("".join(self.text).split())


def card(html: str, number: int) -> str:
    """The words of one candidate theme's card."""
    found = re.search(rf'<article class="card" id="theme-{number}".*?</article>', html, re.DOTALL)
    assert found
    return Page(found[0]).words


def grown(material: Material, **changes: object) -> Material:
    return replace(material, **changes)  # type: ignore[arg-type]  # the fields of Material, by name


def text_of(path: Path) -> str:
    """All that is written in a file of the report, in whatever part of it."""
    if path.suffix != ".docx":
        return path.read_text(encoding="utf-8")
    with zipfile.ZipFile(path) as parts:
        return "\n".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())
