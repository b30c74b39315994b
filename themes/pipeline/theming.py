"""What a person does with candidate themes: name, merge, split, mark as no theme, undo, redo.

Each act checks that it is possible, writes one decision to the log, and gives the themes as they stand after it. The
report and the codes of the themes follow with the next `themes run` or `themes report`.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from themes import config
from themes.domain import CandidateTheme, SegmentId, ThemeAct, ThemeChange, ThemeDecision, ThemeId
from themes.errors import DecisionError
from themes.ingest import read_study
from themes.ingest.nearest import nearest
from themes.pipeline.diary import some
from themes.pipeline.themed import DECIDED, LazySpace, levels
from themes.project import FILE_NAME, Made, Project, must_have_run
from themes.review import Ground, Standing, effective, made_by, redoable, stand

_LONGEST_NAME = 200
_LETTERS = string.ascii_lowercase


@dataclass(frozen=True, slots=True)
class By:
    """Who acts, with a note of why; a `key` makes a repeated request one decision."""

    coder: str
    memo: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Themes:
    """The candidate themes as they stand, and what the last run did to them.

    `none` are marked as no theme; `finer` are the machine's themes of the finer level, whose `parent` is one of
    `themes`; `resting` are decisions that find nothing to act on now. `in_report` says whether the report has all
    decisions in it; `n_segments` counts the segments of the study. `log` is every decision, oldest first.
    """

    study: str
    themes: tuple[CandidateTheme, ...]
    none: tuple[CandidateTheme, ...]
    finer: tuple[CandidateTheme, ...]
    changes: tuple[ThemeChange, ...]
    resting: tuple[ThemeDecision, ...]
    log: tuple[ThemeDecision, ...]
    n_segments: int
    in_report: bool

    @property
    def n_outside(self) -> int:
        """How many segments are in no theme."""
        return self.n_segments - sum(len(theme.segments) for theme in self.themes)


@dataclass(frozen=True, slots=True)
class Acted:
    """A decision as it stands in the log, what it did in a sentence, and the themes after it."""

    decision: ThemeDecision
    words: str
    after: Themes


def list_themes(folder: Path) -> Themes:
    """The candidate themes as they stand, with every decision so far; changes nothing."""
    with _desk(folder, read_only=True) as desk:
        return desk.themes()


def name_theme(folder: Path, theme: str, name: str, by: By) -> Acted:
    """The theme called `name`. DecisionError for an empty name, one that another theme has, and an unknown theme."""

    def decide(desk: _Desk) -> tuple[ThemeDecision, str]:
        named, called = desk.find(theme), _tidy(name)
        if not called:
            raise DecisionError(f"There is no name for {named.id}.", "Give one; `undo` takes the last one away.")
        if named.name == called:
            raise DecisionError(f'{named.id} is already called "{called}".', "Leave it, or give another name.")
        desk.must_be_free(called, [named.id])
        decision = _decision(by, ThemeAct.NAME, [named.id], [named.segments], called)
        before = f', "{named.name}" before' if named.name else ""
        return decision, f'{named.id} is called "{called}"{before}.'

    return _act(folder, by, decide)


def merge_themes(folder: Path, themes: Sequence[str], name: str, by: By) -> Acted:
    """The themes as one, under the id of the first; it keeps the first name among theirs where `name` is empty."""

    def decide(desk: _Desk) -> tuple[ThemeDecision, str]:
        parts = [desk.find(theme) for theme in themes]
        ids = [part.id for part in parts]
        twice = [part for part in ids if ids.count(part) > 1]
        if twice:
            raise DecisionError(f"{twice[0]} cannot be merged with itself.", "Name each theme once.")
        if len(parts) < 2:
            raise DecisionError("One theme alone cannot be merged.", "Name two themes or more.")
        called = _tidy(name)
        desk.must_be_free(called, ids)
        kept = called or next((part.name for part in parts if part.name), "")
        decision = _decision(by, ThemeAct.MERGE, ids, [part.segments for part in parts], called)
        size = sum(len(part.segments) for part in parts)
        words = f"{ids[0]} now holds {', '.join(ids[1:])} too: {some(size, 'segment')}{_called(kept)}."
        left = [f'"{part.name}" ({part.id})' for part in parts if part.name and part.name != kept]
        return decision, words + (f" No longer used: {', '.join(left)}." if left else "")

    return _act(folder, by, decide)


def split_theme(folder: Path, theme: str, parts: Sequence[Sequence[str]], by: By) -> Acted:
    """The theme cut into `parts`, lists of segments; the members that are in none of them are its first part.

    The first part keeps id and name of the theme; the others get its id with a letter. DecisionError where a segment is
    not in the theme or in two parts, and where only one part would be left.
    """

    return _act(folder, by, lambda desk: _split(desk, desk.find(theme), parts, by))


def split_by_finer(folder: Path, theme: str, by: By) -> Acted:
    """The theme cut as the machine's finer level divides it, the largest part first; what no part holds stays there."""

    def decide(desk: _Desk) -> tuple[ThemeDecision, str]:
        whole = desk.find(theme)
        members = set(whole.segments)
        finer = [part.segments for part in desk.themes().finer if part.parent == whole.id]
        parts = sorted(filter(None, ([one for one in part if one in members] for part in finer)), key=len, reverse=True)
        if len(parts) < 2:
            remedy = "Split it by a file of segments and parts, or by naming segments."
            raise DecisionError(f"The machine has no finer themes within {whole.id}.", remedy)
        return _split(desk, whole, parts[1:], by)

    return _act(folder, by, decide)


def _split(desk: _Desk, whole: CandidateTheme, parts: Sequence[Sequence[str]], by: By) -> tuple[ThemeDecision, str]:
    cut = _parts_of(whole, parts)
    ids = [whole.id, *desk.new_parts(whole.id, len(cut) - 1)]
    sizes = (f"{part} ({some(len(members), 'segment')})" for part, members in zip(ids, cut, strict=True))
    return _decision(by, ThemeAct.SPLIT, ids, cut), f"{whole.id} is split: {', '.join(sizes)}."


def no_theme(folder: Path, theme: str, by: By) -> Acted:
    """The theme marked as no theme: its segments belong to none."""

    def decide(desk: _Desk) -> tuple[ThemeDecision, str]:
        marked = desk.find(theme)
        size = some(len(marked.segments), "segment")
        decision = _decision(by, ThemeAct.NO_THEME, [marked.id], [marked.segments])
        return decision, f"{marked.id}{_called(marked.name)} counts as no theme; its {size} belong to none."

    return _act(folder, by, decide)


def undo_theme(folder: Path, by: By, decision: int | None = None) -> Acted:
    """The coder's last decision on themes taken back, or the decision of that number, whoever took it."""

    def decide(desk: _Desk) -> tuple[ThemeDecision, str]:
        undone = _to_undo(desk.log, by.coder, decision)
        entry = replace(_decision(by, ThemeAct.UNDO), undoes=undone.id)
        desk.must_keep_names_apart(entry)
        return entry, f"Undone: {describe(undone)}."

    return _act(folder, by, decide)


def redo_theme(folder: Path, by: By) -> Acted:
    """What the coder undid last stands again; DecisionError where nothing was undone since the last decision."""

    def decide(desk: _Desk) -> tuple[ThemeDecision, str]:
        undo = redoable(desk.log)
        if undo is None or undo.coder != by.coder:
            raise DecisionError("There is nothing to redo.", "`redo` brings back only what you have just undone.")
        entry = replace(_decision(by, ThemeAct.UNDO), undoes=undo.id)
        desk.must_keep_names_apart(entry)
        again = next(one for one in desk.log if one.id == undo.undoes)
        return entry, f"Done again: {describe(again)}."

    return _act(folder, by, decide)


def describe(decision: ThemeDecision) -> str:
    """The decision in half a line: `#7, merge of T03, T07, by anna`."""
    name = f' "{decision.name}"' if decision.name else ""
    return f"#{decision.id}, {decision.act}{name} of {', '.join(decision.themes)}, by {decision.coder}"


# --- how an act is done ---


@dataclass(frozen=True, slots=True)
class _Desk:
    """An open project with its themes, for one act."""

    title: str
    project: Project
    made: Made
    ground: Ground
    log: tuple[ThemeDecision, ...]
    standing: Standing

    def themes(self) -> Themes:
        return Themes(
            study=self.title,
            themes=self.standing.themes,
            none=self.standing.none,
            finer=levels(self.made, self.standing.themes),
            changes=self.made.changes,
            resting=self.standing.resting,
            log=self.log,
            n_segments=len(self.ground.texts),
            in_report=self.made.fingerprints.get(DECIDED, "0") == str(len(self.log)),
        )

    def with_entry(self, entry: ThemeDecision) -> _Desk:
        """The desk as it is once the entry is in the log."""
        log = (*self.log, entry)
        return replace(self, log=log, standing=stand(self.made.found, self.made.kept, log, self.ground))

    def find(self, theme: str) -> CandidateTheme:
        return _find(theme, self.standing.themes, self.standing.none, self.log)

    def must_be_free(self, name: str, themes: Sequence[ThemeId]) -> None:
        """Raises DecisionError where a theme that is not among `themes` has that name."""
        for other in (*self.standing.themes, *self.standing.none):
            if name and other.name.casefold() == name.casefold() and other.id not in themes:
                remedy = f"Merge the two ({other.id} and {themes[0]}) if they are one theme, or choose another name."
                raise DecisionError(f'{other.id} is already called "{other.name}".', remedy)

    def must_keep_names_apart(self, entry: ThemeDecision) -> None:
        """Raises DecisionError where the entry would leave two themes with one name."""
        last = max((one.id for one in self.log), default=0)
        seen: dict[str, ThemeId] = {}
        for theme in self.with_entry(replace(entry, id=last + 1)).standing.themes:
            other = seen.setdefault(theme.name.casefold(), theme.id)
            if theme.name and other != theme.id:
                problem = f'After that, {other} and {theme.id} would both be called "{theme.name}".'
                raise DecisionError(problem, "Rename one of them first.")

    def new_parts(self, theme: ThemeId, number: int) -> list[ThemeId]:
        """Ids for parts that are split off: T03 gives T03b, T03c, and so on, none given twice."""
        root = theme.rstrip(_LETTERS)
        taken = {part for entry in self.log for part in made_by(entry)} | {one.id for one in self.made.found}
        ids: list[ThemeId] = []
        count = 1
        while len(ids) < number:
            part = ThemeId(root + _letters(count))
            ids += [part] if part not in taken else []
            count += 1
        return ids


@contextmanager
def _desk(folder: Path, *, read_only: bool = False) -> Iterator[_Desk]:
    study = read_study(folder)
    must_have_run(folder)
    with Project(folder / FILE_NAME, read_only=read_only) as project:
        made, log = project.themes_made(), project.theme_decisions()
        options = config.load(study, project.provenance().get("preset"))
        ground = LazySpace(study, options, project.texts()).ground
        yield _Desk(study.title, project, made, ground, log, stand(made.found, made.kept, log, ground))


def _act(folder: Path, by: By, decide: Callable[[_Desk], tuple[ThemeDecision, str]]) -> Acted:
    """The decision in the log, once: a repeated request gives what it gave before."""
    with _desk(folder) as desk:
        seen = desk.project.recorded_theme(by.key) if by.key else None
        if seen is not None:
            return Acted(seen, "This was done already.", desk.themes())
        decision, words = decide(desk)
        entry = desk.project.record_theme(decision, by.key)
        return Acted(entry, words, desk.with_entry(entry).themes())


def _decision(
    by: By,
    act: ThemeAct,
    themes: Sequence[ThemeId] = (),
    parts: Sequence[Sequence[SegmentId]] = (),
    name: str = "",
) -> ThemeDecision:
    snapshot = tuple(tuple(part) for part in parts)
    return ThemeDecision(0, datetime.now(UTC), by.coder, act, tuple(themes), name, by.memo, snapshot)


def _find(
    theme: str, themes: Sequence[CandidateTheme], none: Sequence[CandidateTheme], log: Sequence[ThemeDecision]
) -> CandidateTheme:
    """The theme of that id (`t3` finds T03); else DecisionError, which says where it went."""
    found = next((one for one in themes if _bare(one.id) == _bare(theme)), None)
    if found is not None:
        return found
    marked = next((one for one in none if _bare(one.id) == _bare(theme)), None)
    if marked is not None:
        raise DecisionError(f"{marked.id} is marked as no theme.", "Undo that first.")
    for act in reversed(effective(log)):
        if act.act is ThemeAct.MERGE and _bare(theme) in map(_bare, act.themes[1:]):
            remedy = f"Act on {act.themes[0]}, or undo decision {act.id} first."
            raise DecisionError(f"{theme} was merged into {act.themes[0]}.", remedy)
    hint = nearest(theme, [one.id for one in themes])
    raise DecisionError(f"There is no candidate theme {theme}. {hint}".rstrip(), "Look at `themes theme list`.")


def _bare(theme: str) -> str:
    """The id without what people leave out: T03b gives t3b."""
    folded = theme.strip().casefold()
    return folded[:1] + folded[1:].lstrip("0")


def _parts_of(whole: CandidateTheme, parts: Sequence[Sequence[str]]) -> list[list[SegmentId]]:
    """The parts with what is in none of them before them; DecisionError where they do not divide the theme."""
    members = dict.fromkeys(whole.segments)
    seen: set[str] = set()
    for segment in (segment for part in parts for segment in part):
        if segment not in members:
            hint = nearest(segment, members)
            raise DecisionError(f"{segment} is not a segment of {whole.id}. {hint}", "Correct its id, or leave it out.")
        if segment in seen:
            raise DecisionError(f"The segment {segment} is in two parts.", "Put each segment into one part.")
        seen.add(segment)
    rest = [segment for segment in whole.segments if segment not in seen]
    cut = [part for part in (rest, *([SegmentId(one) for one in part] for part in parts)) if part]
    if len(cut) < 2:
        raise DecisionError(f"That would leave {whole.id} in one part.", "Put some of its segments into another part.")
    return cut


def _to_undo(log: Sequence[ThemeDecision], coder: str, number: int | None) -> ThemeDecision:
    standing = effective(log)
    if number is not None:
        found = next((act for act in standing if act.id == number), None)
        if found is None:
            raise DecisionError(
                f"There is no decision #{number} on themes that stands.", "Look at `themes theme list`."
            )
        return found
    own = [act for act in standing if act.coder == coder]
    if own:
        return own[-1]
    if standing:
        last = standing[-1]
        remedy = f"To take back the last of somebody else ({describe(last)}), give its number: --decision {last.id}."
        raise DecisionError(f"There is no decision of {coder} to undo.", remedy)
    raise DecisionError("There is nothing to undo.", "Nobody has decided anything on themes yet, or all is undone.")


def _tidy(name: str) -> str:
    tidy = " ".join(name.split())
    if len(tidy) > _LONGEST_NAME:
        raise DecisionError(f"The name has {len(tidy)} characters.", f"Give one of {_LONGEST_NAME} at most.")
    return tidy


def _called(name: str) -> str:
    return f', called "{name}"' if name else ""


def _letters(count: int) -> str:
    """1 gives b, 25 z, 26 ba: the first part of a theme is the theme itself, so no part is called a."""
    return (_letters(count // 26) if count >= 26 else "") + _LETTERS[count % 26]
