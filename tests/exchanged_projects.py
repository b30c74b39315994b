"""Projects as other programs might hand them over: every kind of part, and every text that has broken an exchange."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import count

from hypothesis import strategies as st

from themes.exchange import (
    Case,
    Exchanged,
    ExchangedCode,
    ExchangedCoding,
    ExchangedSource,
    Group,
    Link,
    Medium,
    Note,
    Selection,
    User,
    Value,
    Variable,
)
from themes.exchange.exchanged import ORIGIN
from themes.exchange.guids import guid_of

_PIECES = (
    "We waited at the gate. ",
    "\U0001f469\U0001f3fd\u200d\U0001f33e \U0001f1fa\U0001f1f3 ",  # one sign of four code points, a flag of two
    "\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627 \u202eabc\u202c ",  # right to left, and turned about
    "e\u0301\u0323 Z\u0351\u036b\u0343 ",  # marks that combine
    "one\r\ntwo\r\n",
    "one\ntwo\rthree\u2028four\u2029five\x85six\n",
    "\x00\x01\x0b\x0c\x1f\x7f",  # what no XML holds, or hardly
    "\ufeffinside\ufffe\uffff ",
    "<b>&amp;]]>\"'</b> ",
    "\u3000\u4e2d\u6587\u3002\U00020000 ",
    "  \t  ",
)
_NAMES = (
    "Trust",
    "Trust",
    "=SUM(A1)",
    "caf\u00e9 cafe\u0301",
    " padded ",
    "two\nlines\tand\rmore",
    "<&\"'>",
    "\U0001f642",
    "\u05d0\u05d1 \u0628",
    "x" * 20_000,
)
_XML = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=12)
names = st.one_of(st.sampled_from(_NAMES), _XML)
remarks = st.one_of(st.just(""), names)
texts = st.lists(st.one_of(st.sampled_from(_PIECES), st.text(st.characters(exclude_categories=["Cs"]), max_size=9)))
moments = st.none() | st.datetimes(
    datetime(1970, 1, 1),  # noqa: DTZ001  # the strategy adds the zone
    datetime(2200, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from((UTC, timezone(timedelta(hours=-9, minutes=-30)))),
)
colours = st.sampled_from(("", "#000000", "#FF8800", "#abcdef"))
_VALUES = {
    "Text": names,
    "Boolean": st.sampled_from(("true", "false", "1", "0")),
    "Integer": st.integers().map(str),
    "Float": st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9).map(
        lambda number: format(number, "f")
    ),
    "Date": st.dates().map(lambda day: day.isoformat()),
    "DateTime": st.datetimes(timezones=st.just(UTC)).map(lambda when: when.isoformat().replace("+00:00", "Z")),
}
Draw = Callable[[st.SearchStrategy], object]


class _Maker:
    """Draws the parts of one project, each under a GUID of its own."""

    def __init__(self, draw) -> None:
        self.draw = draw
        self.numbers = count()
        self.seed = str(draw(st.integers(0, 2**32)))

    def guid(self) -> str:
        return guid_of("tests", self.seed, str(next(self.numbers)))

    def some(self, guids: Sequence[str], most: int = 2) -> tuple[str, ...]:
        return tuple(self.draw(st.lists(st.sampled_from(guids), max_size=most, unique=True))) if guids else ()

    def one(self, guids: Sequence[str]) -> str:
        return self.draw(st.sampled_from(("", *guids)))

    def times(self, most: int) -> range:
        return range(self.draw(st.integers(0, most)))

    def codes(self, notes: Sequence[str]) -> tuple[ExchangedCode, ...]:
        """A tree, each code after its parent; now and then a single line of sixty."""
        path: list[str] = []
        made = []
        deep = self.draw(st.integers(0, 9)) == 0
        for _ in range(60) if deep else self.times(8):
            if not deep:
                del path[self.draw(st.integers(0, len(path))) :]
            made.append(
                ExchangedCode(
                    self.guid(),
                    self.draw(names),
                    path[-1] if path else None,
                    "" if deep else self.draw(remarks),
                    self.draw(colours),
                    notes=() if deep else self.some(notes),
                )
            )
            path.append(made[-1].guid)
        return tuple(made)

    def signed(self, users: Sequence[str]) -> dict:
        return {
            "user": self.one(users),
            "created": self.draw(moments),
            "modified_by": self.one(users),
            "modified": self.draw(moments),
        }

    def codings(self, codes: Sequence[str], users: Sequence[str], notes: Sequence[str]) -> tuple[ExchangedCoding, ...]:
        return tuple(
            ExchangedCoding(
                self.guid(), self.draw(st.sampled_from(codes)), self.one(users), self.draw(moments), self.some(notes, 1)
            )
            for _ in (self.times(2) if codes else ())
        )

    def selections(self, text: str, codes, users, notes) -> tuple[Selection, ...]:
        """Anywhere in the text: beside each other, across each other, of no length."""
        made = []
        for _ in self.times(3):
            start, end = sorted(self.draw(st.tuples(*[st.integers(0, len(text))] * 2)))
            made.append(
                Selection(
                    self.guid(),
                    start,
                    end,
                    self.draw(remarks),
                    self.draw(remarks),
                    **self.signed(users),
                    codings=self.codings(codes, users, notes),
                    notes=self.some(notes, 1),
                )
            )
        return tuple(made)

    def values(self, variables: Sequence[Variable]) -> tuple[Value, ...]:
        chosen = self.draw(st.lists(st.sampled_from(variables), max_size=2)) if variables else ()
        return tuple(Value(variable.guid, self.draw(st.just("") | _VALUES[variable.kind])) for variable in chosen)

    def text(self) -> str:
        return "".join(self.draw(texts)).lstrip("\ufeff")


@st.composite
def projects(draw: Draw) -> Exchanged:
    """A sound project: of its texts alone REFI-QDA loses something, which is other line ends than LF."""
    make = _Maker(draw)
    users = tuple(User(make.guid(), draw(names), draw(remarks)) for _ in make.times(2))
    people = [user.guid for user in users]
    about = [make.guid() for _ in make.times(3)]
    codes = make.codes(about)
    given = [code.guid for code in codes]
    variables = tuple(
        Variable(make.guid(), draw(names), draw(st.sampled_from(tuple(_VALUES))), draw(remarks)) for _ in make.times(3)
    )
    sources = []
    for _ in make.times(3):
        text = make.text()
        sources.append(
            ExchangedSource(
                make.guid(),
                draw(names),
                text=text,
                description=draw(remarks),
                **make.signed(people),
                selections=make.selections(text, given, people, about),
                codings=make.codings(given, people, about),
                values=make.values(variables),
                notes=make.some(about),
            )
        )
    notes = []
    for guid in about:
        text = make.text()
        selections = make.selections(text, given, people, about)
        notes.append(Note(guid, text, draw(remarks), draw(remarks), **make.signed(people), selections=selections))
    files = [source.guid for source in sources]
    places = [selection.guid for part in (*sources, *notes) for selection in part.selections]
    cases = tuple(
        Case(
            make.guid(),
            draw(remarks),
            draw(remarks),
            make.values(variables),
            make.some(files),
            make.some(given),
            make.some(places),
        )
        for _ in make.times(2)
    )
    ends = [*files, *given, *places, *about, *people]
    links = tuple(
        Link(
            make.guid(),
            draw(st.sampled_from(ends)),
            draw(st.sampled_from(ends)),
            draw(remarks),
            draw(st.sampled_from(("Associative", "OneWay", "Bidirectional"))),
            draw(colours),
            make.some(about, 1),
        )
        for _ in (make.times(2) if ends else ())
    )
    groups = tuple(
        Group(make.guid(), draw(names), draw(remarks), make.some(given), make.some(files), make.some(about))
        for _ in make.times(2)
    )
    return Exchanged(
        draw(names),
        ORIGIN,
        users,
        codes,
        variables,
        cases,
        tuple(sources),
        tuple(notes),
        links,
        groups,
        draw(remarks),
        **make.signed(people),
        notes_on_project=make.some(about),
    )


@st.composite
def damaged(draw: Draw) -> Exchanged:
    """A project that no form carries whole: names with control characters, references that lead nowhere, and worse."""
    project = draw(projects())
    for damage in draw(st.lists(st.sampled_from(DAMAGES), min_size=1, max_size=4, unique=True)):
        project = damage(project)
    return project


NOWHERE = guid_of("tests", "nowhere", "")


def _control_characters(project: Exchanged) -> Exchanged:
    codes = tuple(replace(code, name=f"{code.name}\x00\x1b\uffff") for code in project.codes)
    return replace(project, codes=codes, name="a\x07b", origin="NVivo\x07", description="\x0c\r\n")


def _nobody(project: Exchanged) -> Exchanged:
    return replace(project, users=(), user=NOWHERE)


def _no_notes(project: Exchanged) -> Exchanged:
    return replace(project, notes=(), notes_on_project=(NOWHERE,))


def _no_codes(project: Exchanged) -> Exchanged:
    return replace(project, codes=project.codes[::2])


def _positions(project: Exchanged) -> Exchanged:
    astray = (
        Selection(guid_of("tests", "astray", "1"), -1, 2),
        Selection(guid_of("tests", "astray", "2"), 3, 1),
        Selection(guid_of("tests", "astray", "3"), 0, 10**9, codings=(ExchangedCoding(NOWHERE, NOWHERE),)),
    )
    sources = tuple(replace(source, selections=(*source.selections, *astray)) for source in project.sources[:1])
    return replace(project, sources=(*sources, *project.sources[1:]))


def _twice(project: Exchanged) -> Exchanged:
    return replace(project, codes=project.codes * 2, sources=project.sources * 2, notes=project.notes * 2)


def _guids(project: Exchanged) -> Exchanged:
    users = tuple(replace(user, guid="{" + user.guid.upper() + "}") for user in project.users)
    return replace(project, users=(*users, User("u1", "First"), User("", "Second")), user="u1")


def _circle(project: Exchanged) -> Exchanged:
    first, second, third = (guid_of("tests", "circle", str(number)) for number in range(3))
    ring = (
        ExchangedCode(first, "a", third),
        ExchangedCode(second, "b", first),
        ExchangedCode(third, "c", second),
        ExchangedCode(guid_of("tests", "circle", "4"), "d", third, colour="#11223344"),
    )
    return replace(project, codes=(*ring, *project.codes))


def _kinds(project: Exchanged) -> Exchanged:
    variables = tuple(replace(variable, kind="Integer") for variable in project.variables)
    return replace(project, variables=variables, codes=tuple(replace(code, codable=False) for code in project.codes))


def _media(project: Exchanged) -> Exchanged:
    media = tuple(Medium)
    sources = tuple(replace(source, medium=media[at % 5]) for at, source in enumerate(project.sources))
    empty = (ExchangedSource(guid_of("tests", "no text", medium), "", medium) for medium in Medium)
    return replace(project, sources=(*sources, *empty))


def _marks(project: Exchanged) -> Exchanged:
    return replace(
        project, sources=tuple(replace(source, text=f"\ufeff\ufeff{source.text}") for source in project.sources)
    )


DAMAGES = (
    _control_characters,
    _nobody,
    _no_notes,
    _no_codes,
    _positions,
    _twice,
    _guids,
    _circle,
    _kinds,
    _media,
    _marks,
)
