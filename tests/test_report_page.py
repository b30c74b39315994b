"""The page: what it says, what it withholds, and that everything from a file is text."""

from __future__ import annotations

import base64
import hashlib
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from itertools import product
from pathlib import Path
from time import perf_counter

import pytest

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
from themes.report import Material, ReportOptions, write
from themes.report.cards import varied
from themes.report.cells import Counts
from themes.report.heats import in_tree_order
from themes.report.page import page as page_of
from themes.report.page import summary, uncounted
from themes.report.places import draw
from themes.report.quotes import open_source

# --- a fiction, large enough to look at ---

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
        estimates=tuple(_estimates(segments, suggestions, themes)),
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


def _estimates(
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


@pytest.fixture(scope="module")
def material() -> Material:
    return fiction()


@pytest.fixture(scope="module")
def html(material: Material) -> str:
    return rendered(material)


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


# --- what it says ---


def test_the_first_sentence_counts_the_study(html: str) -> None:
    assert (
        "16 interviews, 2 focus groups and 3 mandate texts, 230 segments, 7 candidate themes; 4 are covered by the "
        "codebook, 2 are partly covered and 1 is covered by no code: a proposal for a new code." in Page(html).words
    )


def test_the_notice_of_the_study_stands_on_the_page(html: str) -> None:
    assert STUDY.notice in Page(html).words


def test_the_numbers_are_called_the_machines_and_unaudited(html: str) -> None:
    words = Page(html).words
    assert "The machine’s suggestions, unaudited. No interval is given" in words
    assert "How often people said it." in words


def test_an_estimate_with_intervals_is_shown_with_both_names(material: Material) -> None:
    first = replace(material.estimates[0], corpus_interval=(0.1, 0.25), informants_interval=(0.05, 0.4))
    words = Page(rendered(grown(material, estimates=(first, *material.estimates[1:])))).words
    assert "corpus 10% to 25%; informants 5% to 40%" in words
    assert "No interval is given" not in words


def test_a_card_gives_size_code_and_coverage(html: str) -> None:
    words = card(html, 3)
    assert "partly covered" in words
    assert "Partnerships / Humanitarian space coverage 73%" in words
    assert "convoy · escort · access" in words


def test_a_theme_that_one_person_makes_is_marked(html: str) -> None:
    assert "One participant supplies all of its talk." in card(html, 7)
    assert "One participant" not in card(html, 1)


def test_what_does_not_fit_is_counted_and_says_where_to_find_it(html: str, material: Material) -> None:
    theme = material.themes[0]
    closed = sum(material.segment[segment].source in material.withheld for segment in theme.segments)
    assert closed > 1
    assert f"{closed} segments not quoted: the sources are not for quotation." in card(html, 1)
    assert f"And {len(theme.segments) - closed - 3} more in tables/segments.csv, column theme." in card(html, 1)


def test_a_long_quote_is_cut_and_says_so(material: Material) -> None:
    assert "[…]" not in rendered(material)
    assert re.search(r"“\S+(?: \S+){9} \[…\]”", Page(rendered(material, quote_words=10)).words)


def test_unspecified_groups_missions_and_periods_have_columns_of_their_own(html: str) -> None:
    heads = re.findall(r"<th[^>]*><span class=\"unspec\">unspecified</span>", html)
    assert len(heads) >= 3


def test_talk_and_mandates_are_counted_apart(html: str) -> None:
    captions = re.findall(r"<caption>(Codes[^<]*)</caption>", html)
    assert captions == [
        "Codes in talk, by actor group",
        "Codes in talk, by mission and period",
        "Codes in mandates, by mission and period",
    ]


def test_a_code_stands_under_its_parent_wherever_the_codebook_has_it(material: Material) -> None:
    scattered = Codebook(tuple(sorted(material.codebook.codes, key=lambda code: code.name)))
    ordered = [(code.id, depth) for code, depth in in_tree_order(scattered)]
    assert {code for code, _ in ordered} == {code.id for code in scattered.codes}
    for place, (code, depth) in enumerate(ordered):
        assert depth == code.count(" / ")
        if depth:
            above = next(other for other, level in reversed(ordered[:place]) if level < depth)
            assert code.startswith(f"{above} / ")


def test_a_problem_found_in_two_places_is_told_once_with_both(html: str) -> None:
    words = Page(html).words
    assert words.count("The date is a year.") == 1
    assert "sources.csv, row 7; sources.csv, row 9" in words
    assert "transcripts/P17.docx" in words


def test_more_sources_than_rows_are_folded_and_none_is_lost(material: Material) -> None:
    words = Page(rendered(material, rows=10)).words
    assert "And 11 more sources" in words
    listed = words.split("May be quoted as", 1)[1]
    open_ones = [source for source in material.sources if open_source(source)]
    assert all(source.id in listed for source in open_ones)
    numbers = {str(place) for place, source in enumerate(material.sources, start=1) if not open_source(source)}
    assert numbers <= set(re.findall(r"(\d+) (?:interview|focus group) ", listed))


def test_one_folded_source_is_called_a_source(material: Material) -> None:
    assert "And 1 more source " in Page(rendered(material, rows=20)).words


def test_provenance_and_citation_name_program_encoder_and_codebook(html: str, material: Material) -> None:
    words = Page(html).words
    for label, value in material.provenance.items():
        assert f"{label} {value}" in words
    assert "made with the program themes (version 0.1.0; encoder all-MiniLM-L6-v2" in words
    assert f"codebook, version {material.codebook.version}" in words


def test_a_theme_without_a_code_names_the_nearest_and_no_code_card_claims_it(html: str) -> None:
    assert "no code fits: proposal for a new code Nearest codes Use of force / Robust posture" in card(html, 7)
    assert re.search(r"Candidate theme mapped to it: 1 ?\.", Page(html).words)


def test_a_code_card_counts_what_the_estimates_count(material: Material) -> None:
    code, cell = "Use of force / Robust posture", ("talk", "all", "all", "all")
    weak = tuple(
        replace(one, count=2, mentioning=1)
        if (one.subject, one.source_kind, one.actor_group, one.mission, one.period) == (code, *cell)
        else one
        for one in material.estimates
    )
    words = Page(rendered(grown(material, estimates=weak))).words
    assert "First suggestion in 2 segments of talk by 1 of 18 people" in words
    before = next(one.count for one in material.estimates if one.subject == code and one.source_kind == "talk")
    assert f"{before - 2} of 198 segments of talk count for none." in words


def test_nothing_is_said_of_uncounted_segments_where_every_segment_counts(html: str) -> None:
    assert "count for none" not in Page(html).words


def test_a_reflexive_study_shows_no_coverage_and_no_scores(material: Material) -> None:
    words = Page(rendered(grown(material, study=replace(STUDY, approach="reflexive")))).words
    assert "coverage 73%" not in words
    assert "highest scores" not in words
    assert "a prompt for interpretation" in words


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"themes": (), "theme_codes": ()}, "There are no candidate themes"),
        ({"codebook": Codebook(), "suggestions": (), "theme_codes": (), "codings": ()}, "There is no codebook."),
        ({"places": {}}, "No segment has a place on a map."),
        ({"places": {SegmentId("gone"): (1.0, 2.0)}}, "No segment has a place on a map."),
        ({"estimates": ()}, "Each code, with its quotes"),
        ({"codings": ()}, "Nobody has coded yet"),
        ({"problems": ()}, "No source was left out."),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_what_is_missing_is_said(material: Material, change: dict[str, object], says: str) -> None:
    gone = {"themes": "theme", "codebook": "code"}
    left = [one for one in material.estimates if not any(one.subject_kind == gone.get(name) for name in change)]
    changed = grown(material, **{"estimates": tuple(left), **change})
    page = Page(rendered(changed))
    assert says in page.words
    assert not page.open


def test_an_empty_study_still_gives_a_page() -> None:
    words = Page(rendered(Material(Study(Path("empty"), "Nothing yet")))).words
    assert "No source, 0 segments, no candidate theme." in words
    assert "The study has no sources." in words


# --- what it withholds ---


def with_words(material: Material, source: SourceId, text: str) -> Material:
    """The same material, where every segment of a source says `text`."""
    changed = tuple(replace(one, text=text) if one.source == source else one for one in material.segments)
    return grown(material, segments=changed)


@pytest.mark.parametrize(
    ("tier", "shown", "hidden"),
    [
        (Tier.NAMED, "P01, UN / Headquarters, MINUSMA", "nothing of the sort"),
        (Tier.ORGANISATION, "UN / Headquarters", "P01"),
        (Tier.GROUP, "UN / Headquarters, MINUSMA", "P01"),
    ],
    ids=["named", "organisation", "group"],
)
def test_a_quote_is_attributed_as_far_as_its_tier_allows(
    material: Material, tier: Tier, shown: str, hidden: str
) -> None:
    first = replace(material.sources[0], tier=tier)
    changed = with_words(grown(material, sources=(first, *material.sources[1:])), first.id, "Words of one voice.")
    html = rendered(changed, quotes=50)
    found = re.findall(r"Words of one voice.*?(<figcaption>.*?</figcaption>)", html, re.DOTALL)
    captions = [Page(caption).words for caption in found]
    assert captions
    assert any(shown in caption for caption in captions)
    assert not any(hidden in caption for caption in captions)
    assert any("secret-file" in caption for caption in captions) is (tier is Tier.NAMED)


def test_no_word_of_a_source_that_is_not_for_quotation_reaches_any_file(material: Material, tmp_path: Path) -> None:
    closed = next(source for source in material.sources if source.tier is Tier.NOT_FOR_QUOTATION)
    changed = with_words(material, closed.id, "Zanzibarish zephyrs.")
    changed = grown(
        changed,
        sources=tuple(replace(one, text="Zanzibarish zephyrs.") if one is closed else one for one in material.sources),
        themes=tuple(replace(one, terms=(("zanzibarish", 1.0), *one.terms)) for one in material.themes),
        suggestions=tuple(
            replace(one, words=("zephyrs",), example="zanzibarish  ZEPHYRS!")
            if changed.segment[one.segment].source == closed.id
            else one
            for one in material.suggestions
        ),
    )
    for path in write(changed, tmp_path, ReportOptions(quotes=50)):
        text = path.read_text(encoding="utf-8").casefold()
        assert "zanzibarish" not in text, path.name
        assert "zephyrs" not in text, path.name


def test_labels_and_titles_of_talk_that_is_not_named_stay_off_the_page(html: str, material: Material) -> None:
    assert "A real name" not in html
    for source in material.sources:
        shown = f"<bdi>{source.title}</bdi>" in html
        assert shown is (source.tier is Tier.NAMED)


def test_a_small_cell_shows_no_number_and_says_why(html: str) -> None:
    words = card(html, 1)
    assert "Host state fewer than 3 people" in words
    assert not re.search(r"Host state \d+ of", words)
    assert "NGOs hidden to protect a smaller cell" in words
    assert re.search(r"UN \d+ of 77", words)


def test_a_group_is_shown_once_enough_people_stand_behind_it(material: Material) -> None:
    assert re.search(r"Host state \d+ of 22", card(rendered(material, min_participants=2), 1))


def two_voices(min_participants: int) -> str:
    """The page of a study in which two people speak, one of them much more, beside the mandates."""
    everything = fiction()
    ours = {source.id for source in everything.sources[:2]} | {source.id for source in everything.sources[-3:]}
    segments = tuple(one for one in everything.segments if one.source in ours)
    kept = {segment.id for segment in segments}
    suggestions = tuple(one for one in everything.suggestions if one.segment in kept)
    themes = tuple(
        replace(theme, segments=inside, membership=theme.membership[: len(inside)], exemplars=inside[:5])
        for theme in everything.themes
        if (inside := tuple(segment for segment in theme.segments if segment in kept))
    )
    known = {theme.id for theme in themes}
    return rendered(
        grown(
            everything,
            sources=tuple(source for source in everything.sources if source.id in ours),
            segments=segments,
            suggestions=suggestions,
            themes=themes,
            theme_codes=tuple(one for one in everything.theme_codes if one.theme in known),
            estimates=tuple(_estimates(segments, suggestions, themes)),
        ),
        min_participants=min_participants,
        quotes=0,
    )


def test_cards_say_no_number_of_talk_where_too_few_people_speak() -> None:
    words = Page(two_voices(min_participants=3)).words
    after = words.split("Candidate themes What the machine put together", 1)[1].split("Sources A source", 1)[0]
    assert "Talk: fewer than 3 people, so there is no table of its counts." in after
    assert "Codes in mandates, by mission and period" in after
    assert "in talk, by" not in after
    assert "talk: fewer than 3 people · " in after
    assert "talk: fewer than 3 people, " in after
    assert "Talk: fewer than 3 people, so no number is shown." in after
    assert re.search(r"First suggestion in \d+ segments? of mandates", after)
    told = r"\d+ in talk|segments? of talk|coverage \d|One participant"
    assert not re.findall(told, after)
    people = r"(?<!than )\d (?:person|people) ·|of them from mandates"
    assert not re.findall(people, after)
    assert not re.findall(r"\d+ segments? not quoted|And \d+ more|coded by people: \d", after)


def test_a_hidden_size_of_a_candidate_theme_is_not_in_the_legend_either() -> None:
    hidden, shown = (
        html.split('<ol class="legend">')[1].split("</ol>", 1)[0] for html in (two_voices(3), two_voices(1))
    )
    assert 'class="count"' not in hidden
    assert shown.count('class="count"') == shown.count("<li>")


def test_the_same_cards_give_their_numbers_where_the_study_hides_none() -> None:
    words = Page(two_voices(min_participants=1)).words
    assert "fewer than" not in words
    assert re.search(r"\d+ in talk", words)
    assert re.search(r"First suggestion in \d+ segments? of talk by \d of 2 people", words)
    assert re.search(r"[12] (?:person|people) · \d+ source", words)


@pytest.mark.parametrize("tier", list(Tier), ids=str)
def test_an_id_made_from_a_file_name_stands_only_where_the_source_may_be_named(material: Material, tier: Tier) -> None:
    sources = tuple(
        replace(one, tier=tier, id=SourceId(f"colonel-{place:02}"), file=f"transcripts/colonel-{place:02}.txt")
        if one.kind is not SourceKind.MANDATE
        else one
        for place, one in enumerate(material.sources)
    )
    new = {old.id: new for old, new in zip(material.sources, sources, strict=True)}
    segments = tuple(replace(one, source=new[one.source].id) for one in material.segments)
    html = rendered(grown(material, sources=sources, segments=segments, problems=()), quotes=50)
    assert ("colonel" in html) is (tier is Tier.NAMED)
    rows = Page(html).words.split("May be quoted as", 1)[1]
    assert rows.strip().startswith("colonel-00" if tier is Tier.NAMED else "1 interview")
    assert "S-RES-2100 (2013) S/RES/2100 (2013)" in rows


def test_a_problem_may_name_the_file_of_a_closed_source(material: Material) -> None:
    closed = next(source for source in material.sources if source.tier is Tier.NOT_FOR_QUOTATION)
    problem = Problem(Severity.ERROR, closed.file, "The file holds no turns.", "Label each speaker's turns.")
    words = Page(rendered(grown(material, problems=(problem,)))).words
    assert closed.file in words.split("What was left out, and what to know", 1)[1]


def test_segments_that_count_for_no_code_are_told_of_mandates_alone_where_too_few_people_speak() -> None:
    everywhere = (EVERYWHERE, EVERYWHERE, EVERYWHERE)
    talk = Estimate("code", "A", "talk", *everywhere, 3, 10, 1, 2, "first suggestion")
    mandates = replace(talk, source_kind="mandate", count=1, segments=4)
    assert uncounted(Counts(STUDY, (talk, mandates), 3)) == "3 of 4 segments of mandates count for none."
    assert uncounted(Counts(STUDY, (talk, mandates), 2)).startswith("7 of 10 segments of talk and 3 of 4")


def test_other_names_for_a_group_in_the_files_change_nothing_on_the_page(material: Material, html: str) -> None:
    aliases = {"UN": "NGOs", "UN / Headquarters": "UN / Mission", "Host state": "UN / Mission"}
    assert rendered(grown(material, study=replace(STUDY, group_names=aliases))) == html


# --- a study without missions ---


def without_missions(material: Material) -> Material:
    segments = tuple(replace(one, mission=UNSPECIFIED, period=UNSPECIFIED) for one in material.segments)
    return grown(
        material,
        study=replace(STUDY, missions=()),
        segments=segments,
        estimates=tuple(_estimates(segments, material.suggestions, material.themes)),
    )


def test_a_study_without_missions_says_nothing_of_missions(material: Material) -> None:
    html = rendered(without_missions(material), quotes=50)
    words = Page(html).words
    assert re.findall(r"<caption>(C[^<]*)</caption>", html) == [
        "Candidate themes in talk, by actor group",
        "Candidate themes in mandates",
        "Codes in talk, by actor group",
        "Codes in mandates",
    ]
    assert "mission unspecified" not in words
    assert "mission and period" not in words.split("Tables For your own computing", 1)[0]
    assert not {"Missions", "Periods"} & set(re.findall(r'<th scope="col"[^>]*>(\w+)</th>', html))
    assert "UN / Headquarters" in words


@pytest.mark.parametrize("where", ["study", "segment"])
def test_one_mission_anywhere_is_enough_to_speak_of_missions(material: Material, where: str) -> None:
    bare = without_missions(material)
    first = replace(bare.segments[0], mission="UNFICYP")
    some = grown(bare, study=STUDY) if where == "study" else grown(bare, segments=(first, *bare.segments[1:]))
    html = rendered(some, quotes=50)
    assert "Codes in talk, by mission and period" in html
    assert "mission unspecified" in html


# --- that it is English ---


def theme_codes_of(*verdicts: Cover) -> tuple[ThemeCode, ...]:
    return tuple(
        ThemeCode(ThemeId(f"theme-{topic:02}"), None if verdict is Cover.NO_CODE else CodeId("A"), 1, 0, 0, verdict)
        for topic, verdict in enumerate(verdicts)
    )


@pytest.mark.parametrize(
    ("verdicts", "says"),
    [
        ((Cover.PARTLY,), "1 candidate theme; none is covered by the codebook and 1 is partly covered."),
        ((Cover.COVERED,), "1 candidate theme; 1 is covered by the codebook."),
        ((Cover.COVERED, Cover.COVERED), "2 candidate themes; 2 are covered by the codebook."),
        (
            (Cover.PARTLY, Cover.PARTLY, Cover.NO_CODE, Cover.NO_CODE),
            "4 candidate themes; none is covered by the codebook, 2 are partly covered and 2 are covered by no code: "
            "proposals for new codes.",
        ),
    ],
    ids=["one partly", "one covered", "two covered", "partly and none"],
)
def test_the_coverage_is_told_in_the_right_number(material: Material, verdicts: tuple[Cover, ...], says: str) -> None:
    themes = material.themes[: len(verdicts)]
    assert says in summary(grown(material, themes=themes, theme_codes=theme_codes_of(*verdicts)))


def test_one_of_everything_is_told_in_the_singular(material: Material) -> None:
    segment = material.segments[0]
    suggestion = replace(material.suggestions[0], segment=segment.id, rank=1)
    theme = replace(material.themes[0], segments=(segment.id,), membership=(1.0,), exemplars=(segment.id,))
    one = grown(
        material,
        sources=material.sources[:1],
        segments=(segment,),
        themes=(theme,),
        theme_codes=theme_codes_of(Cover.PARTLY),
        suggestions=(suggestion,),
        codings=(Coding(segment.id, suggestion.code, "coder A", 1),),
        estimates=tuple(_estimates([segment], [suggestion], [theme])),
        problems=material.problems[:1],
        provenance={},
    )
    words = Page(rendered(one, min_participants=1)).words
    assert "1 interview, 1 segment, 1 candidate theme; none is covered" in words
    assert "1 coding by people stands on 1 segment, none accepted in bulk." in words
    assert "First suggestion in 1 segment of talk by 1 of 1 person (the" in words
    assert "People have coded it once." in words
    assert "of mandates." not in words
    plurals = "segments|themes|people|sources|interviews|codings|problems|places|times|texts"
    assert not re.findall(rf"(?<!\d)(?<!of )1 (?:more |candidate )?(?:{plurals})\b", words)


def test_one_segment_that_counts_for_no_code_counts_in_the_singular(material: Material) -> None:
    code, cell = "Use of force / Robust posture", ("talk", "all", "all", "all")
    short = tuple(
        replace(one, count=one.count - 1)
        if (one.subject, one.source_kind, one.actor_group, one.mission, one.period) == (code, *cell)
        else one
        for one in material.estimates
    )
    assert "1 of 198 segments of talk counts for none." in Page(rendered(grown(material, estimates=short))).words


def test_codes_are_said_not_to_be_comparable_among_what_the_numbers_are_not(html: str) -> None:
    words = Page(html).words
    assert words.count("overcounted") == 1
    assert "a rare code may be overcounted" in words.split("They are not", 1)[1].split("Map of segments", 1)[0]


# --- that everything from a file is text ---


def test_hostile_text_is_shown_and_never_runs(material: Material) -> None:
    hostile = "</title></style></script><script>alert(1)</script><img src=https://evil.example/x onerror=alert(1)>"
    changed = grown(
        material,
        study=replace(STUDY, title=hostile, notice=hostile),
        problems=(Problem(Severity.ERROR, hostile, hostile, hostile),),
        provenance={hostile: hostile},
        codebook=Codebook(tuple(replace(code, name=hostile, definition=hostile) for code in material.codebook.codes)),
        themes=tuple(replace(theme, terms=((hostile, 1.0),)) for theme in material.themes),
        sources=tuple(replace(one, title=hostile, symbol=hostile, language='"><img>') for one in material.sources),
        segments=tuple(
            replace(one, text=hostile, number=hostile, participant=hostile, actor_group=hostile)
            for one in material.segments
        ),
    )
    html = rendered(changed)
    page = Page(html)
    assert len(page.all("script")) == 1
    assert len(page.all("style")) == 1
    assert not page.all("img")
    assert not page.open
    assert hostile in page.words


def test_the_page_asks_nobody_for_anything(html: str) -> None:
    page = Page(html)
    assert not {"img", "link", "iframe", "object", "embed", "base", "form", "image"} & {tag for tag, _ in page.elements}
    for tag, attributes in page.elements:
        assert not any(name.startswith("on") or name in {"style", "src"} for name in attributes), (tag, attributes)
        assert not re.match(r"\s*(\w+:|//)", attributes.get("href", "#")), attributes
    style = html.split("<style>")[1].split("</style>", maxsplit=1)[0]
    assert "url(" not in style
    assert "@import" not in style


def test_the_policy_allows_this_style_and_this_script_and_nothing_else(html: str) -> None:
    (policy,) = [one["content"] for one in Page(html).all("meta") if "http-equiv" in one]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        inside = html.split(f"<{tag}>")[1].split(f"</{tag}>", maxsplit=1)[0]
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


def test_right_to_left_words_set_their_own_direction(html: str) -> None:
    assert html.count('<blockquote dir="auto"') == html.count("<blockquote")
    assert "قال الضابط" in html


# --- that it can be read ---


def test_every_link_inside_the_page_has_its_end_and_ids_are_used_once(html: str) -> None:
    page = Page(html)
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = {attributes["href"] for _, attributes in page.elements if attributes.get("href", "").startswith("#")}
    assert {link[1:] for link in links} <= set(ids)
    named = {attributes["aria-labelledby"] for _, attributes in page.elements if "aria-labelledby" in attributes}
    assert {part for name in named for part in name.split()} <= set(ids)


def test_every_link_to_a_table_has_its_file(material: Material, tmp_path: Path) -> None:
    write(material, tmp_path)
    html = (tmp_path / "index.html").read_text(encoding="utf-8")
    links = {one["href"] for one in Page(html).all("a") if not one["href"].startswith("#")}
    assert len(links) >= 8
    assert all((tmp_path / link).is_file() for link in links)


def test_every_table_is_named_and_every_head_has_a_scope(html: str) -> None:
    page = Page(html)
    assert all("scope" in head for head in page.all("th"))
    named = [one for one in page.all("table") if "aria-labelledby" in one]
    assert len(page.all("table")) == len(page.all("caption")) + len(named)


def test_rows_of_counts_are_as_wide_as_their_heads(html: str) -> None:
    for table in re.findall(r'<table class="heat">.*?</table>', html, re.DOTALL):
        columns = len(re.findall(r'<th scope="col" class="', table))
        body = table.split("<tbody>", 1)[1]
        for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL):
            assert row.count("<td") == columns


# --- that it is the same, and in time ---


def test_the_same_material_gives_the_same_bytes(tmp_path: Path) -> None:
    first = [path.read_bytes() for path in write(fiction(), tmp_path / "a")]
    second = [path.read_bytes() for path in write(fiction(), tmp_path / "b")]
    assert first == second


def test_a_large_study_is_drawn_as_a_sample_that_says_so_in_seconds() -> None:
    large = fiction(3500)
    begun = perf_counter()
    html = rendered(large)
    assert perf_counter() - begun < 10
    assert "An even sample of 3,000 out of 3,500 segments is drawn" in Page(html).words
    drawing = html.split('<figure class="map">')[1].split("</svg>")[0]
    assert drawing.count("<use ") == 3000


def test_a_study_that_hides_nothing_says_so(material: Material) -> None:
    words = Page(rendered(material, min_participants=1)).words
    assert "Protected. This study shows every cell" in words
    assert "fewer than" not in words
    assert "too few people" not in words


def test_a_number_on_the_map_stands_on_a_mark_of_its_theme(html: str) -> None:
    drawing = html.split('<figure class="map">')[1].split("</svg>", maxsplit=1)[0]
    numbers = re.findall(r'<text (x="[\d.]+" y="[\d.]+") data-theme="(\d+)">\2</text>', drawing)
    assert len(numbers) == len(TOPICS)
    for place, theme in numbers:
        assert place in drawing.split(f'data-theme="{theme}"')[1].split("</g>")[0]


def test_quotes_are_of_as_many_voices_and_wordings_as_there_are(material: Material) -> None:
    first, second, third, fourth = (replace(one, participant="P1") for one in material.segments[:4])
    same_words = replace(second, text=first.text, participant="P2")
    other_voice = replace(fourth, participant="P3")
    assert varied([first, same_words, third, other_voice]) == [first, other_voice, third, same_words]


def test_a_segment_far_from_all_others_does_not_make_the_map_too_small_to_read(material: Material) -> None:
    many = list(material.segments)
    assert len(many) >= 200
    near = {one.id: (float(place % 20), float(place // 20)) for place, one in enumerate(many)}
    far = near | {many[0].id: (10_000.0, 5.0)}
    plain, drawn = (draw(grown(material, places=places), ReportOptions()) for places in (near, far))
    assert plain is not None
    assert drawn is not None
    assert (plain.at_the_edge, drawn.at_the_edge) == (0, 1)
    across = [float(point.x) for layer in drawn.layers for point in layer.points]
    assert sorted(across)[-20] - sorted(across)[20] > 0.6 * drawn.width
    assert "1 segment lies far outside and stands at the edge." in Page(rendered(grown(material, places=far))).words
