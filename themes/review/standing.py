"""What people decided of candidate themes, applied to those that the machine found: the themes as they stand.

The machine's themes and the log are kept apart and this fold is taken anew each time, so that undoing a decision leaves
exactly what would have been without it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from themes.domain import CandidateTheme, SegmentId, ThemeAct, ThemeDecision, ThemeId
from themes.review.combining import Ground, cut, joined, only, with_members
from themes.review.log import effective


@dataclass(frozen=True, slots=True)
class Standing:
    """The candidate themes as they stand, largest first; every segment is in one of them at most.

    `none` are those that a person marked as no theme. `lost` are the ids of themes that the machine no longer finds and
    that stand because a person acted on them. `resting` are decisions that count but find nothing to act on now.
    """

    themes: tuple[CandidateTheme, ...] = ()
    none: tuple[CandidateTheme, ...] = ()
    lost: frozenset[ThemeId] = frozenset()
    resting: tuple[ThemeDecision, ...] = ()


@dataclass(slots=True)
class _State:
    """The themes while the log is applied, one decision after the other."""

    ground: Ground
    themes: dict[ThemeId, CandidateTheme]
    lost: set[ThemeId]
    none: list[CandidateTheme] = field(default_factory=list)


def stand(
    found: Sequence[CandidateTheme],
    kept: Sequence[CandidateTheme],
    decisions: Iterable[ThemeDecision],
    ground: Ground,
) -> Standing:
    """The themes as they stand: those that the machine `found`, with what people decided in the order of the log.

    Only segments that exist on the `ground` count. A theme that a person named, merged or split and that was not found
    (it is among `kept`, or else as the decision remembers it) keeps its members: it takes them back from the themes in
    which the machine puts them now. A found theme that nobody acted on and of which less than half is left by that is
    dropped, and its rest belongs to no theme. A split sends segments that it has not seen to the nearest part.
    """
    log = tuple(decisions)
    acts = effective(log)
    state = _begun(found, (*kept, *remembered(found, kept, log)), held(acts), ground)
    resting = tuple(act for act in acts if not _ACTS[act.act](state, act))
    themes = sorted(state.themes.values(), key=lambda theme: (-len(theme.segments), order_of(theme.id)))
    return Standing(tuple(themes), tuple(state.none), frozenset(state.lost & set(state.themes)), resting)


def held(acts: Iterable[ThemeDecision]) -> set[ThemeId]:
    """The themes that a person named, merged or split: they stand whether the machine finds them or not."""
    return {theme for act in acts if act.act is not ThemeAct.NO_THEME for theme in act.themes}


def remembered(
    found: Iterable[CandidateTheme], kept: Iterable[CandidateTheme], log: Sequence[ThemeDecision]
) -> list[CandidateTheme]:
    """Themes that a decision holds and nobody else knows, with the members that it remembers.

    So a decision that was taken while a run was at work is not lost with the theme that it was about. A theme made by a
    split is not among them: the split makes it.
    """
    known = {theme.id for theme in (*found, *kept)} | {made for act in log for made in made_by(act)}
    recalled: dict[ThemeId, CandidateTheme] = {}
    for act in effective(log):
        parts = act.parts if act.act is not ThemeAct.SPLIT else (tuple(one for part in act.parts for one in part),)
        if act.act is not ThemeAct.NO_THEME:
            for theme, members in zip(act.themes, parts, strict=False):
                if theme not in known:
                    recalled.setdefault(theme, CandidateTheme(theme, (), members, (0.0,) * len(members), members[:5]))
    return list(recalled.values())


def made_by(act: ThemeDecision) -> tuple[ThemeId, ...]:
    """The ids that a split gave to its parts after the first; none for any other act."""
    return act.themes[1:] if act.act is ThemeAct.SPLIT else ()


def order_of(theme: ThemeId) -> tuple[int, int, str]:
    """By which ids are put in order: T2, T10, T10b, T11."""
    letters = theme.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ").lstrip("0123456789")
    digits = "".join(one for one in theme if one.isdigit())
    return int(digits or 0), len(letters), theme


def _begun(
    found: Sequence[CandidateTheme], kept: Sequence[CandidateTheme], people: Collection[ThemeId], ground: Ground
) -> _State:
    """The found themes, less what those take back that only a person keeps."""
    here = {theme.id for theme in found}
    taken: set[SegmentId] = set()
    back: dict[ThemeId, CandidateTheme] = {}
    for theme in kept:
        own = only(theme, ground.texts.keys() - taken)
        if theme.id in people and theme.id not in here and own.segments:
            back[theme.id] = own
            taken.update(own.segments)
    free = ground.texts.keys() - taken
    standing = {}
    for theme in found:
        left = only(theme, free)
        whole = sum(segment in ground.texts for segment in theme.segments)
        if left.segments and (theme.id in people or 2 * len(left.segments) >= whole):
            standing[theme.id] = left
    return _State(ground, standing | back, set(back))


def _name(state: _State, act: ThemeDecision) -> bool:
    theme = state.themes.get(act.themes[0])
    if theme is not None:
        state.themes[theme.id] = joined([theme], theme.id, act.name)
    return theme is not None


def _merge(state: _State, act: ThemeDecision) -> bool:
    parts = [state.themes.pop(theme) for theme in act.themes if theme in state.themes]
    if not parts:
        return False
    into = act.themes[0]
    if any(part.id not in state.lost for part in parts):
        state.lost.discard(into)
    else:
        state.lost.add(into)
    state.themes[into] = joined(parts, into, act.name or next((part.name for part in parts if part.name), ""))
    return True


def _no_theme(state: _State, act: ThemeDecision) -> bool:
    theme = state.themes.pop(act.themes[0], None)
    if theme is not None:
        state.none.append(theme)
    return theme is not None


def _split(state: _State, act: ThemeDecision) -> bool:
    """Cuts the theme along its parts; a part that the machine finds by itself keeps what nobody placed elsewhere."""
    whole = state.themes.get(act.themes[0])
    if whole is None:
        return False
    placed = {segment: part for part, members in enumerate(act.parts) for segment in members}
    groups: list[list[tuple[SegmentId, float]]] = [[] for _ in act.parts]
    unseen: list[tuple[SegmentId, float]] = []
    for number, theme in enumerate(act.themes):
        own = state.themes.get(theme)
        for member in zip(own.segments, own.membership, strict=True) if own else ():
            into = placed.get(member[0], number if number else None)
            (unseen if into is None else groups[into]).append(member)
    for member, into in zip(unseen, _parts_for([one for one, _ in unseen], act.parts, state.ground), strict=True):
        groups[into].append(member)
    _replace_by_parts(state, act, groups, whole)
    return sum(bool(group) for group in groups) > 1


def _parts_for(unseen: Sequence[SegmentId], parts: Sequence[Sequence[SegmentId]], ground: Ground) -> Sequence[int]:
    """The part for each segment that was not there when the theme was split: the first where there is no choice."""
    still = {
        number: members
        for number, part in enumerate(parts)
        if (members := [segment for segment in part if segment in ground.texts])
    }
    if len(still) < 2 or not unseen:
        return [next(iter(still), 0)] * len(unseen)
    numbers = list(still)
    return [numbers[place] for place in ground.nearest(unseen, list(still.values()))]


def _replace_by_parts(
    state: _State,
    act: ThemeDecision,
    groups: Sequence[Sequence[tuple[SegmentId, float]]],
    whole: CandidateTheme,
) -> None:
    is_lost = act.themes[0] in state.lost
    everything = [segment for group in groups for segment, _ in group]
    for number, (theme, group) in enumerate(zip(act.themes, groups, strict=True)):
        own = state.themes.pop(theme, None)
        if not group:
            continue
        if number and own:  # found by itself, so it has terms of its own
            part = with_members(own, group)
        else:
            members = {segment for segment, _ in group}
            part = cut(whole, group, [segment for segment in everything if segment not in members], state.ground)
        state.themes[theme] = replace(part, id=theme, name=own.name if own else "")
        if is_lost and own is None:
            state.lost.add(theme)


_ACTS: Mapping[ThemeAct, Callable[[_State, ThemeDecision], bool]] = {
    ThemeAct.NAME: _name,
    ThemeAct.MERGE: _merge,
    ThemeAct.SPLIT: _split,
    ThemeAct.NO_THEME: _no_theme,
}
"""Each applies a decision; False where it finds nothing to act on."""
