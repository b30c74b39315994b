"""What a report shows of groups, ranks, single interviews and coders side by side, as far as it may be said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np

from themes.domain import (
    PATH_SEPARATOR,
    TALK,
    UNSPECIFIED,
    CodeId,
    CodeRank,
    Contrasts,
    Difference,
    Estimate,
    InterviewShares,
    Ranks,
    Showing,
    ancestors,
)
from themes.pipeline.comparing import Compared, audited_together, groups_apart, ranked
from themes.pipeline.ground import Ground
from themes.prevalence import ALL, Subject

CODES = 12
"""Codes of which groups are compared, the largest: more panels would not be read."""
EVERY_PAIR_UP_TO = 3
"""Groups of which every pair is told; of more, each is told beside the one with most people."""
INTERVIEWS_FROM = 3
RANKED_FROM = 3


def contrasts(here: Ground) -> Contrasts:
    """Differences, ranks and interview shares of the audited codes; agreement comes from the log."""
    codes = tuple(one for one in here.subjects if one.kind == "code")
    groups = _groups(here)
    apart = [found for one in _largest(here, codes) for found in groups_apart(here, one, _pairs(here, groups))]
    differences = tuple(told for found in apart if (told := _difference(found)) is not None)
    return Contrasts(
        differences=differences,
        unsaid=sum(found.hidden or not found.kept for found in apart),
        ranks=_ranks(here),
        interviews=tuple(found for one in codes for found in _interviews(here, one, groups)),
    )


def _kept(here: Ground, one: Subject, group: str) -> Estimate | None:
    """The subject in a group's talk, or in all talk, as a file may hold it."""
    return here.kept.get((one.kind, one.id, (TALK, group, ALL, ALL)))


def _groups(here: Ground) -> tuple[str, ...]:
    """Top-level actor groups who speak, in the order of the study."""
    known = [group.split(PATH_SEPARATOR)[0] for group in here.study.actor_groups]
    place = {group: number for number, group in enumerate(dict.fromkeys(known))}
    found = {
        cell[1]
        for _, _, cell in here.kept
        if cell[0] == TALK and cell[2:] == (ALL, ALL) and PATH_SEPARATOR not in cell[1]
    }
    return tuple(sorted(found - {ALL, UNSPECIFIED}, key=lambda group: (place.get(group, len(place)), group)))


# --- groups ---


def _pairs(here: Ground, groups: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Every pair of a few groups; of more, each with the one of which most people speak."""
    if len(groups) <= EVERY_PAIR_UP_TO:
        return tuple(combinations(groups, 2))
    people = {
        cell[1]: row.participants
        for (_, _, cell), row in here.kept.items()
        if cell[0] == TALK and cell[2:] == (ALL, ALL)
    }
    most = max(groups, key=lambda group: people.get(group, 0))
    return tuple((group, most) for group in groups if group != most)


def _largest(here: Ground, codes: Sequence[Subject]) -> tuple[Subject, ...]:
    """The codes with the largest shares of all talk that may be told, in the order of the codebook."""

    def share(one: Subject) -> float:
        row = _kept(here, one, ALL)
        return -1.0 if row is None or row.showing is Showing.HIDDEN else row.estimate or 0.0

    largest = sorted((one for one in codes if share(one) >= 0), key=share, reverse=True)[:CODES]
    return tuple(one for one in codes if one in largest)


def _difference(found: Compared) -> Difference | None:
    between = found.difference
    if not found.kept or found.hidden or between.value is None or between.low is None or between.high is None:
        return None
    interval = (between.low, between.high)
    return Difference(CodeId(found.subject), found.one, found.other, between.value, interval, found.detectable)


# --- ranks ---


def _ranks(here: Ground) -> Ranks:
    """The ranks among codes of which all talk may be shown: the place of another would follow from a gap."""
    codes = [one for one in audited_together(here) if _is_open(_kept(here, one, ALL))]
    if len(codes) < RANKED_FROM:
        return Ranks()
    found = ranked(here, codes)
    rows = zip(codes, found.codes, strict=False)  # none where a register is silent
    return Ranks(
        tuple(CodeRank(CodeId(one.id), row.first, row.second, row.interval) for one, row in rows),
        found.units,
        found.spearman,
        found.spearman_interval,
    )


def _is_open(row: Estimate | None) -> bool:
    return row is not None and row.showing is not Showing.HIDDEN


# --- interviews ---


def _interviews(here: Ground, one: Subject, groups: Sequence[str]) -> Iterator[InterviewShares]:
    """The shares of single interviews, in cells of which a share may be said.

    Where a group is hidden, its interviews would be those of all talk that no shown group has: then all talk has them
    alone.
    """
    rows = {group: _kept(here, one, group) for group in (ALL, UNSPECIFIED, *groups)}
    whole = rows[ALL]
    if whole is None or whole.showing is Showing.HIDDEN:
        return
    hidden = any(row is not None and row.showing is Showing.HIDDEN for row in rows.values())
    told = [ALL] if hidden and whole.showing is Showing.ESTIMATE else [ALL, *groups]
    open_ones = [group for group in told if (row := rows[group]) is not None and row.showing is Showing.ESTIMATE]
    for group, shares in _shares(here, one, open_ones):
        if len(shares) >= INTERVIEWS_FROM:
            yield InterviewShares(CodeId(one.id), group, shares)


def _shares(here: Ground, one: Subject, groups: Sequence[str]) -> Iterator[tuple[str, tuple[float, ...]]]:
    """Each group with the mean pseudo-outcome of each of its interviews, within 0 and 1, lowest first."""
    if not groups:
        return
    told, segments, interviews = here.outcomes(one)
    own = np.array([ancestors(one.actor_group)[-1] if one.register == TALK else "" for one in segments])
    for group in groups:
        inside = own != "" if group == ALL else own == group
        sums, sizes = np.bincount(interviews[inside], told.values[inside]), np.bincount(interviews[inside])
        shares = np.clip(sums[sizes > 0] / sizes[sizes > 0], 0, 1)
        yield group, tuple(sorted(round(float(share), 4) for share in shares))
