"""An estimate in words that a reader can quote: the share with its interval and its denominator, or why there is none.

What is said follows `Estimate.showing`. Of a hidden estimate nothing is said, not even that there is one.
"""

from __future__ import annotations

from themes.domain import MANDATE, TALK, UNSPECIFIED, Estimate, Showing
from themes.report.cells import ALL
from themes.report.words import counted, percent, thousands

_WITHHELD = frozenset({Showing.HIDDEN, Showing.EMPTY})


def place(one: Estimate) -> str:
    """The cell, as a sentence begins: `Among NGOs`, `On MINUSMA in the period “robust posture”`, `In all talk`."""
    parts = [part for part in (_group(one), _mission(one), _period(one)) if part]
    if one.source_kind == MANDATE:
        parts.insert(0, "in the mandate texts")
    elif one.source_kind != TALK:
        parts.insert(0, f"in {one.source_kind}s")
    elif not parts:
        parts = ["in all talk"]
    words = ", ".join(parts).replace(", in the period", " in the period").replace(", in no period", " in no period")
    return words[0].upper() + words[1:]


def sentence(one: Estimate, what: str = "it", least: int = 1, *, why: bool = True) -> str:
    """The estimate as one sentence; empty where nothing may be said, or where fewer than `least` people are counted.

    `what` is what the segments carry, in the words of the sentence: `it`, `“Roads”`. Without `why` it does not say for
    what reason there is no share, as in a list where that stands once for all.
    """
    if one.showing in _WITHHELD or few(one, least):
        return ""
    if one.showing is Showing.UNAUDITED:
        return _unaudited(one, what)
    if one.showing is Showing.COUNT:
        return _count(one, what, why)
    intervals = f"; {_intervals(one)}" if one.showing is Showing.ESTIMATE else f" ({_intervals(one)})"
    return f"{place(one)}, {_share(one)} of segments carry {what}{intervals}; {'; '.join(_grounds(one, why))}."


def brief(one: Estimate, least: int = 1) -> str:
    """The estimate for a cell of a table: `24% (15% to 36%)`, `2 of 7 interviews`, `hidden`."""
    if one.showing is Showing.EMPTY:
        return "no segments"
    if one.showing is Showing.HIDDEN or few(one, least):
        return "hidden"
    if one.showing is Showing.UNAUDITED:
        return f"{thousands(one.count)} of {thousands(one.segments)}, unaudited"
    if one.showing is Showing.COUNT:
        return f"{thousands(one.in_interviews)} of {counted(one.interviews, _unit(one))}"
    between = to(one.informants_interval or one.corpus_interval)
    if one.showing is Showing.INTERVAL or one.estimate is None:
        return between
    return f"{percent(one.estimate)} ({between})"


def people(one: Estimate, least: int = 1) -> str:
    """How many people are known to speak of it, as a sentence; empty where that was not checked or may not be said."""
    if one.showing in {*_WITHHELD, Showing.UNAUDITED} or one.source_kind == MANDATE or not one.participants:
        return ""
    of = f"of the {counted(one.participants, 'person')}"
    if one.at_least < least:
        return f"Fewer than {least} {of} are known to speak of it." if one.at_least else ""
    verb = "is" if one.at_least == 1 else "are"
    return f"At least {thousands(one.at_least)} {of} {verb} known to speak of it, from what was checked."


def few(one: Estimate, least: int) -> bool:
    """Whether a machine's count rests on so few people that it is not told."""
    return one.showing is Showing.UNAUDITED and one.source_kind != MANDATE and 0 < one.mentioning < least


def to(ends: tuple[float, float] | None) -> str:
    """`15% to 36%`; one decimal below ten per cent where both ends would look the same."""
    if ends is None:
        return ""
    low, high = ends
    if percent(low) == percent(high) and 0.01 <= low < high < 0.1:
        return f"{low:.1%} to {high:.1%}"
    return f"{percent(low)} to {percent(high)}"


def _share(one: Estimate) -> str:
    """The share, or, where no single one may be said, between which it lies."""
    if one.showing is Showing.ESTIMATE and one.estimate is not None:
        return percent(one.estimate)
    low, high = one.informants_interval or one.corpus_interval or (0.0, 1.0)
    return f"between {percent(low)} and {percent(high)}" if low >= 0.01 else f"at most {percent(high)}"


def _intervals(one: Estimate) -> str:
    """The intervals, each with whom it speaks for; the ends of the first are left out where they are the share."""
    whose = "for these texts" if one.source_kind == MANDATE else "for this corpus"
    named = (("for informants like these", one.informants_interval), (whose, one.corpus_interval))
    first, *others = [f"{name} {to(ends)}" for name, ends in named if ends] or [whose]
    if one.showing is not Showing.ESTIMATE:
        first = next((name for name, ends in named if ends), whose)
    return ", ".join((f"95% interval {first}", *others))


def _grounds(one: Estimate, why: bool) -> list[str]:
    """What stands behind the share: what was checked, and why no single share is given or what to be careful of."""
    if one.showing is Showing.ESTIMATE:
        return [_checked(one), *([one.note] if one.note else [])]
    reason = "no single share is given" + (f" ({one.note})" if one.note else "")
    return [*([reason] if why else []), _checked(one)]


def _checked(one: Estimate) -> str:
    return f"{thousands(one.checked)} of {counted(one.segments, 'segment')} checked"


def _count(one: Estimate, what: str, why: bool) -> str:
    of = counted(one.interviews, _unit(one))
    found = f"{thousands(one.in_interviews)} of {of}" if one.in_interviews else f"none of {of}"
    more = "; more may have it" if one.in_interviews < one.interviews else ""
    reason = f"; no share is given{f' ({one.note})' if one.note else ''}" if why else ""
    return f"{place(one)}, {what} was found in {found}, from what was checked{more}; {_checked(one)}{reason}."


def _unaudited(one: Estimate, what: str) -> str:
    segments = f"{thousands(one.count)} of {counted(one.segments, 'segment')}"
    why = one.note or "nobody has checked it"
    return f"{place(one)}, the machine finds {what} in {segments}; {why}, so this is no finding and has no interval."


def _unit(one: Estimate) -> str:
    return "text" if one.source_kind == MANDATE else "interview"


def _group(one: Estimate) -> str:
    if one.actor_group == ALL or one.source_kind == MANDATE:
        return ""
    return "among people of no stated group" if one.actor_group == UNSPECIFIED else f"among {one.actor_group}"


def _mission(one: Estimate) -> str:
    if one.mission == ALL:
        return ""
    return "where no mission is named" if one.mission == UNSPECIFIED else f"on {one.mission}"


def _period(one: Estimate) -> str:
    if one.period == ALL:
        return ""
    return "in no period that is known" if one.period == UNSPECIFIED else f"in the period “{one.period}”"
