"""The worker of the review app: what needs the model, done in a process of its own, one request after the other.

A request is one line of JSON, and so is each answer to it:

    {"id": 7, "do": "learn", "with": {}}
        {"id": 7, "progress": ["suggest", 500, 2000]}      any number of times
        {"id": 7, "done": {...}}                           or one of these two
        {"id": 7, "error": {"kind": "StudyError", "problem": "...", "remedy": "...", "where": "..."}}
        {"id": 7, "bug": "KeyError in themes/pipeline/learning.py, line 80"}

A bug is told without its words, which might be those of an interview.
"""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

from themes.domain import CandidateTheme
from themes.errors import ThemesError
from themes.pipeline import theming
from themes.pipeline.agreeing import Agreed, agree
from themes.pipeline.diary import Watch
from themes.pipeline.learning import Memory, learn
from themes.pipeline.theming import Acted, By, Themes
from themes.review.agreement import AGREEMENT_HEADINGS, Agreement, Comparison, agreement_rows

With = Mapping[str, Any]
Plain = dict[str, Any]


class Answers(Protocol):
    """Where answers are written."""

    def write(self, text: str, /) -> object:
        """Takes a line."""

    def flush(self) -> object:
        """Sends what was written."""


def serve(folder: Path, requests: Iterable[str], answers: Answers) -> None:
    """Answers every request, in their order, and ends with them; BrokenPipeError when nobody listens any more."""
    acts = _acts(folder)

    def say(**told: Any) -> None:
        answers.write(json.dumps(told) + "\n")
        answers.flush()

    for line in requests:
        if line.strip():
            _answer(line, acts, say)


def _answer(line: str, acts: Mapping[str, Act], say: Callable[..., None]) -> None:
    number: object = None
    try:
        request = json.loads(line)
        number = request["id"]
        done = acts[request["do"]](request.get("with") or {}, lambda *far: say(id=number, progress=far))
        say(id=number, done=done)
    except BrokenPipeError:
        raise
    except ThemesError as error:
        told = {"problem": error.problem, "remedy": error.remedy, "where": error.where}
        say(id=number, error={"kind": type(error).__name__, **told})
    except Exception as bug:
        say(id=number, bug=_place_of(bug))


def _place_of(bug: Exception) -> str:
    """What kind of bug it is and where, without its words."""
    frames = traceback.extract_tb(bug.__traceback__)
    ours = [frame for frame in frames if Path(__file__).parents[1] in Path(frame.filename).parents]
    last = ours[-1]
    file = Path(last.filename).relative_to(Path(__file__).parents[2]).as_posix()
    return f"{type(bug).__name__} in {file}, line {last.lineno}"


# --- the acts ---

Act = Callable[[With, Watch], Plain]


def _acts(folder: Path) -> Mapping[str, Act]:
    memory = Memory()

    def by(asked: With) -> By:
        return By(asked["coder"], asked.get("memo", ""), asked.get("key", ""))

    def deciding(decide: Callable[[With, By], Acted]) -> Act:
        return lambda asked, _: _acted(decide(asked, by(asked)))

    return {
        "learn": lambda _, watch: asdict(learn(folder, watch, memory)),
        "agreement": lambda asked, _: plain_agreement(agree(folder, asked.get("coders") or ())),
        "themes": lambda *_: plain_themes(theming.list_themes(folder)),
        "name": deciding(lambda asked, by: theming.name_theme(folder, asked["theme"], asked["name"], by)),
        "merge": deciding(lambda asked, by: theming.merge_themes(folder, asked["themes"], asked.get("name", ""), by)),
        "split": deciding(lambda asked, by: theming.split_theme(folder, asked["theme"], asked["parts"], by)),
        "split_by_finer": deciding(lambda asked, by: theming.split_by_finer(folder, asked["theme"], by)),
        "no_theme": deciding(lambda asked, by: theming.no_theme(folder, asked["theme"], by)),
        "undo_theme": deciding(lambda asked, by: theming.undo_theme(folder, by, asked.get("decision"))),
        "redo_theme": deciding(lambda _, by: theming.redo_theme(folder, by)),
    }


def _acted(acted: Acted) -> Plain:
    return {"decision": acted.decision.id, "words": acted.words, "themes": plain_themes(acted.after)}


def plain_themes(themes: Themes) -> Plain:
    """The themes as JSON can hold them; changes and resting decisions in words."""
    return {
        "study": themes.study,
        "themes": [_theme(one) for one in themes.themes],
        "none": [_theme(one) for one in themes.none],
        "finer": [_theme(one) for one in themes.finer],
        "changes": [
            {"theme": one.theme, "label": one.label, "status": one.status, "words": one.words} for one in themes.changes
        ],
        "resting": [theming.describe(one) for one in themes.resting],
        "n_segments": themes.n_segments,
        "n_outside": themes.n_outside,
        "in_report": themes.in_report,
    }


def plain_agreement(agreed: Agreed) -> Plain:
    """The agreement as tables: who is compared, on how much, the rows, and what to be careful about."""
    found = agreed.found or Agreement()
    parts = {"coders": found.coders, "themselves": found.themselves, "machine": found.machine}
    return {
        "coders": list(agreed.coders),
        "headings": list(AGREEMENT_HEADINGS),
        "parts": {name: [_comparison(one) for one in comparisons] for name, comparisons in parts.items()},
    }


def _comparison(one: Comparison) -> Plain:
    return {
        "between": list(one.between),
        "segments": one.segments,
        "interviews": one.interviews,
        "caution": one.caution,
        "in_sight": one.in_sight,
        "silent": len(one.silent),
        "rows": [list(row) for row in agreement_rows(one)],
    }


def _theme(theme: CandidateTheme) -> Plain:
    return asdict(theme) | {"label": theme.label, "size": len(theme.segments)}
