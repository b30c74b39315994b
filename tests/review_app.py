"""The review app for tests: a study that was run, the app in this process, and a browser's manners."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from themes.domain import (
    CandidateTheme,
    Code,
    CodeId,
    Cover,
    Ground,
    PredictionSet,
    Segment,
    SegmentId,
    Source,
    SourceId,
    SourceKind,
    Study,
    Suggestion,
    ThemeCode,
    ThemeId,
    Tier,
    Turn,
    TurnRole,
)
from themes.project import FILE_NAME, Made, Project
from themes.review import ReviewOptions
from themes.web.app import make
from themes.web.desk import Terms
from themes.web.guard import Door

PORT = 8420
HOME = f"http://127.0.0.1:{PORT}"
CODES = ("Convoys", "Flights", "Trust", "Trust / Rumours")
GROUPS = (("NGO", "first"), ("UN", "first"), ("UN", "second"))
KEYS = itertools.count()


def segments_of(number: int, sources: int = 3) -> Iterator[tuple[Source, list[Segment]]]:
    """So many segments, a turn each, spread over the sources; every interviewer's turn stands between."""
    for place in range(sources):
        source = SourceId(f"s{place}")
        group, period = GROUPS[place % len(GROUPS)]
        text, turns, segments = "", [], []
        for turn in range(place, number, sources):
            asked = f"What about question {turn}?"
            turns.append(Turn(len(text), len(text) + len(asked), TurnRole.INTERVIEWER, "Interviewer"))
            text += asked + "\n\n"
            more = "naïve " * (turn % 4)
            said = f"Answer {turn} 🚁: the convoy drove on the mined road to the north. {more}Then it stopped."
            turns.append(Turn(len(text), len(text) + len(said), TurnRole.PARTICIPANT, "Anna"))
            segments.append(
                Segment(
                    SegmentId(f"s{place}:{turn:05}"), source, len(text), len(text) + len(said), said, len(turns) - 1,
                    SourceKind.INTERVIEW, "Anna", f"P{place}", group, "MINUSMA", "named", period, "stated",
                )
            )  # fmt: skip
            text += said + "\n\n"
        yield (
            Source(source, f"transcripts/{place}.txt", SourceKind.INTERVIEW, text, tuple(turns), pseudonym=f"P{place}",
                   actor_group=group, tier=Tier.GROUP),
            segments,
        )  # fmt: skip


def made(number: int = 30, sources: int = 3, top: int = 3) -> Made:
    """What a run would have made of so many segments."""
    parts = list(segments_of(number, sources))
    segments = sorted((one for _, own in parts for one in own), key=lambda one: one.source)
    codes = tuple(
        Code(CodeId(path), path.rpartition(" / ")[2], CodeId(path.rpartition(" / ")[0]) if " / " in path else None,
             f"What is said of {path}.", "Use when it is said.", "Not when it is only meant.")
        for path in CODES
    )  # fmt: skip
    suggestions = tuple(
        Suggestion(
            one.id, CodeId(CODES[(place + rank) % 4]), rank, round(0.9 - 0.2 * rank + 0.001 * (place % 50), 4),
            words=("convoy",), example="A convoy was stopped.",
            accepted=(Ground(0.3, segments[0].id),) if place else (), rejected=(Ground(-0.1, quote="No convoy."),),
        )
        for place, one in enumerate(segments)
        for rank in range(1, top + 1)
    )  # fmt: skip
    ids = tuple(one.id for one in segments)
    half = len(ids) // 2
    themes = tuple(
        CandidateTheme(ThemeId(name), (("convoy", 0.5), ("road", 0.3)), own, (1.0,) * len(own), own[:3], own[-2:], 0.9)
        for name, own in (("T01", ids[:half]), ("T02", ids[half:]))
    )
    return Made(
        sources=tuple(source for source, _ in parts),
        segments=tuple(segments),
        codes=codes,
        base_codes=codes,
        themes=themes,
        found=themes,
        theme_codes=(ThemeCode(ThemeId("T01"), CodeId("Convoys"), 1, 0.6, 0.5, Cover.COVERED),),
        suggestions=suggestions,
        prediction_sets=tuple(
            PredictionSet(one, 0.1, doubt=(place * 7 % 13) / 13, conflict=0.0) for place, one in enumerate(ids)
        ),
        provenance={"encoder": "hashing", "codebook version": "abc"},
        fingerprints={"suggest": "1"},
    )


def study_in(folder: Path, what: Made | None = None, **about: Any) -> Terms:
    """A study that was run, in that folder, and what the app is told of it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "study.toml").write_text('[study]\ntitle = "Small"\n[options.embed]\nencoder = "hashing"\n')
    with Project(folder / FILE_NAME) as project:
        project.replace(what or made())
    options = about.pop("options", ReviewOptions(first_pass=4, size=6))
    return Terms(Study(folder, **({"title": "Small"} | about)), options, "anna")


@dataclass
class Browser:
    """A client with the app's cookie that sends what a browser would send."""

    client: TestClient

    def act(self, act: str, segment: str = "", **more: Any) -> Any:
        """An act as the page sends it; the answer's JSON."""
        return self.send(act, segment, **more).json()

    def send(self, act: str, segment: str = "", **more: Any) -> Any:
        """The same, with its answer whole."""
        body = {"act": act, "key": f"key-{next(KEYS):08}", "segment": segment, "view": {}} | more
        return self.client.post("/acts", json=body, headers={"sec-fetch-site": "same-origin"})

    def get(self, path: str, **more: Any) -> Any:
        """A page or a part of one."""
        return self.client.get(path, headers={"accept": "text/html"}, **more)


@contextmanager
def app_of(terms: Terms, *, enter: bool = True) -> Iterator[Browser]:
    """The app in this process, entered by its launch link."""
    door = Door.local(PORT)
    with TestClient(make(terms, door), base_url=HOME, raise_server_exceptions=True) as client:
        if enter:
            assert client.get(f"/launch?token={door.token}").status_code == 200
        yield Browser(client)
