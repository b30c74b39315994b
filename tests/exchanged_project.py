"""A small project as another program would send it, and a way to import it before any file format is known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from themes.exchange import (
    Case,
    Exchanged,
    ExchangedCode,
    ExchangedCoding,
    ExchangedSource,
    Group,
    Link,
    Note,
    Selection,
    User,
    Value,
    Variable,
)
from themes.exchange.kept import as_json, from_json
from themes.exchange.read import Read

DAY = datetime(2019, 5, 2, 9, 30, tzinfo=UTC)
FIRST = (
    "Interviewer: How was the road?\r\n\r\n"
    "P01: The convoy left before dawn. We drove on the mined road to the north, and nobody told us why.\r\n\r\n"
    "Interviewer: And then?\r\n\r\n"
    "P01: Then the helicopters came late, as they did every week. Café owners waved at us in the town.\r\n"
)
SECOND = (
    "It was one long day without any turns of speakers. Nobody asked anything. We waited for the fuel until it came."
)


def guid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


def stretch(text: str, words: str) -> tuple[int, int]:
    start = text.index(words)
    return start, start + len(words)


def selection(number: int, text: str, words: str, code: int, user: int = 1, **more: object) -> Selection:
    at = DAY + timedelta(minutes=number)
    coding = ExchangedCoding(guid(1000 + number), guid(code), guid(user), at)
    return Selection(
        guid(number), *stretch(text, words), words[:20], user=guid(user), created=at, codings=(coding,), **more
    )


def project() -> Exchanged:
    """Two interviews, four codes in a tree, two coders, a participant, notes, a link and a set."""
    first = ExchangedSource(
        guid(50),
        "Interview 1: the road",
        text=FIRST,
        user=guid(1),
        created=DAY,
        selections=(
            selection(100, FIRST, "We drove on the mined road to the north", 21, notes=(guid(301),)),
            selection(
                101,
                FIRST,
                "P01: Then the helicopters came late, as they did every week. Café owners waved at us in the town.",
                22,
                2,
            ),
            selection(102, FIRST, "How was the road?", 21),
            Selection(guid(103), 40, 40, codings=(ExchangedCoding(guid(1103), guid(22), guid(2), DAY),)),
        ),
        notes=(guid(300),),
    )
    second = ExchangedSource(
        guid(51),
        "Interview 2",
        text=SECOND,
        selections=(
            selection(110, SECOND, "one long day", 23),
            selection(111, SECOND, "waited for the fuel", 23, 2),
            selection(112, SECOND, "Nobody asked anything", 21, 2),
        ),
        codings=(ExchangedCoding(guid(1150), guid(20), guid(1), DAY),),
    )
    return Exchanged(
        "Roads",
        "Another program 1.0",
        users=(User(guid(1), "Anna"), User(guid(2), "consensus")),
        codes=(
            ExchangedCode(guid(20), "Movement", codable=False),
            ExchangedCode(
                guid(21),
                "Convoys",
                guid(20),
                "Trips by road.\n\nUse when: somebody drives",
                "#ff0000",
                notes=(guid(302),),
            ),
            ExchangedCode(guid(22), "Flights / helicopters", guid(20)),
            ExchangedCode(guid(23), "Waiting"),
        ),
        variables=(
            Variable(guid(60), "Stakeholder group"),
            Variable(guid(61), "Date of interview", "Date"),
            Variable(guid(62), "Shoe size"),
        ),
        cases=(
            Case(
                guid(70),
                "P01",
                values=(Value(guid(60), "NGO"), Value(guid(61), "2019-05-01"), Value(guid(62), "42")),
                sources=(guid(50),),
            ),
            Case(guid(71), "The town"),
        ),
        sources=(first, second, ExchangedSource(guid(52), "A photograph")),
        notes=(
            Note(guid(300), "He was tired.", "About the interview", user=guid(1), created=DAY),
            Note(guid(301), "Which road?", user=guid(2), created=DAY),
            Note(guid(302), "Perhaps merge.", user=guid(1), created=DAY),
            Note(guid(303), "Two more interviews to come.", "Plan", user=guid(1), created=DAY),
        ),
        links=(Link(guid(400), guid(100), guid(101)),),
        groups=(Group(guid(401), "Core", codes=(guid(21),)),),
        created=DAY,
    )


def write(path: Path, exchanged: Exchanged) -> Path:
    path.write_text(as_json(exchanged), encoding="utf-8")
    return path


def read(path: Path, _: object = None) -> Read:
    return Read(from_json(path.read_text(encoding="utf-8")))
