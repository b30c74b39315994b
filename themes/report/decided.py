"""What people did, for the methods of a study: coders, codebook, audit, agreement, estimates, deviations, limits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from themes.domain import MANDATE, CodeAct, CodebookEdit, Estimate, Severity, Showing
from themes.report.cells import ALL
from themes.report.cited import cite
from themes.report.material import Material
from themes.report.options import ReportOptions
from themes.report.quotes import free_of_closed_words
from themes.report.record import AuditTally, CoderTally, DrawTally
from themes.report.sections import Block, Grid, Points
from themes.report.words import counted, listing, percent, thousands

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_CONSENSUS, _REFLEXIVE = "consensus", "reflexive"


def coders(material: Material) -> Iterable[Block]:
    """Who decided how much, and what they had in sight."""
    record = material.record
    own = [one for one in record.coders if one.name != _CONSENSUS]
    if not own:
        yield "Nobody has coded yet: all that is said of codes is the machine's suggestion."
        return
    yield (
        f"{counted(len(own), 'coder')} decided on {counted(record.judged, 'segment')}. Coders stand under the names "
        "that "
        f"they have in the log, {_days(material)}. Decisions that were taken back are left out."
    )
    yield Grid(
        "Decisions by coder, and what the coder had in sight",
        ("coder", "decisions", "segments", "blind", "with a suggestion", "repeats (blind)", "not known", "in bulk"),
        tuple(map(_coder, record.coders)),
    )
    if len(own) < len(record.coders):
        yield (
            "Under “consensus” stand the codes that the team agreed on; they count in the place of the coders' own "
            "words."
        )
    yield (
        "The researcher must tell: who the coders are, their training, and how they stand to those who were "
        "interviewed."
    )


def _days(material: Material) -> str:
    first, last = map(day, material.record.days or (date.min, date.min))
    return f"which is of {first}" if first == last else f"which runs from {first} to {last} (UTC)"


def _coder(one: CoderTally) -> tuple[str, ...]:
    unknown = one.decisions - one.blind - one.with_suggestion - one.repeats
    numbers = (one.decisions, one.segments, one.blind, one.with_suggestion, one.repeats, unknown, one.in_bulk)
    return one.name, *map(thousands, numbers)


def codebook(material: Material) -> Iterable[Block]:
    """The codebook as it stands and every edit of it."""
    codes = material.codebook.codes
    if not codes:
        yield "The study has no codebook."
        return
    yield (
        f"The codebook has {counted(len(codes), 'entry').replace('entrys', 'entries')}, of which "
        f"{thousands(len(material.codebook.assignable))} can be given to segments; the others group them. Its version "
        "is "
        f"{material.codebook.version}."
    )
    edits = [one for one in material.record.edits if one.undoes is None]
    if not edits:
        yield (
            "It was not edited in the program. Where codebook.csv itself was changed between runs, the researcher "
            "must tell."
        )
        return
    standing = Counter(str(one.act) for one in edits if one.id not in material.record.undone)
    taken = len(edits) - sum(standing.values())
    back = f" {thousands(taken)} more {'was' if taken == 1 else 'were'} taken back." if taken else ""
    acts = listing([f"{act} {thousands(number)}" for act, number in sorted(standing.items())]) or "none"
    yield (
        f"It was edited in the program from {day(edits[0].at.date())} to {day(edits[-1].at.date())}; acts that stand: "
        f"{acts}.{back}"
    )
    rows = tuple(_edit(material, one) for one in edits)
    yield Grid("Edits of the codebook, oldest first", ("day", "coder", "act", "what", "reason"), rows)


def _edit(material: Material, one: CodebookEdit) -> tuple[str, ...]:
    act = f"{one.act} (taken back)" if one.id in material.record.undone else str(one.act)
    return day(one.at.date()), one.coder, act, _what(one), _reason(material, one)


def _reason(material: Material, one: CodebookEdit) -> str:
    """Why it was edited, in the coder's own words, unless these are words of talk that is not for quotation.

    Others get none: a reason may tell who said what.
    """
    if not one.reason:
        return "none given"
    if material.guard:
        return "given, and not shown to others"
    return one.reason if free_of_closed_words(material, one.reason) else "not shown: it quotes what may not be quoted"


def _what(one: CodebookEdit) -> str:
    before, after = ", ".join(one.codes), ", ".join(code.id for code in one.made)
    if one.act is CodeAct.REDEFINE or before == after:
        return before or after
    return " → ".join(part for part in (before, after) if part)


def queue(material: Material) -> Iterable[Block]:
    """What the coders were shown, and in which order."""
    record = material.record
    if not material.suggestions:
        return
    yield (
        f"The machine suggests codes by likeness of meaning and of words, spread over similar segments "
        f"{cite('zhou2004')}: first from the codebook and the segments alone.{_learning(material)}"
    )
    if record.option("review", "size") is None:
        return
    repeats, conflicts = (int(str(record.option("review", name))) for name in ("repeats", "conflicts"))
    yield (
        f"Order in the review app, as it was set: the first {record.option('review', 'first_pass')} segments in "
        "reading order, with "
        f"suggestions; then batches of {record.option('review', 'size')}, of which "
        f"{percent(_number(record.option('review', 'audit_share')))} "
        f"come from the audit and are coded blind, up to {conflicts} are segments where the machine has come to "
        "disagree "
        f"with what was said, up to {counted(repeats, 'segment')} "
        f"{'is' if repeats == 1 else 'are'} coded a second time, blind, and the rest are those of which the machine is "
        "least sure, in proportion to group and period. Only segments of the audit speak for the whole."
    )


def _learning(material: Material) -> str:
    """What suggestions were learnt from, and whether sets of them hold what they promise."""
    judged = material.record.judged
    if not judged:
        return " Nobody's word was there to learn from."
    learnt = " It learns from every decision, by a Gaussian process with calibrated probabilities "
    words = f"{cite('rasmussen2006', 'platt1999')}; {counted(judged, 'segment')} had a coder's word at this report."
    share = _number(material.record.option("suggest", "coverage"))
    sets = f" Sets of suggestions hold {percent(share)} of the codes {cite('angelopoulos2022')}."
    return learnt + words + (sets if material.record.promised else "")


def _number(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) else 0.0


def audit(material: Material) -> Iterable[Block]:
    """What was drawn by chance, with which chances, and how much of it was answered."""
    found = material.record.audits
    if not found:
        yield "No audit was drawn: every count is the machine's, and has no interval."
        return
    for one in found:
        yield from _one_audit(one)


def _one_audit(one: AuditTally) -> Iterable[Block]:
    last = one.draws[-1]
    yield (
        f"An audit of {counted(last.codes, 'code')} drew {thousands(one.drawn)} of "
        f"{counted(last.segments, 'segment')} by "
        f"chance, in {counted(len(one.draws), 'draw')}, each kept with the chance of every segment before anybody saw "
        f"it; drawn systematically {cite('madow1949')}, talk and mandates apart, in the order of group, mission and "
        f"source. Of those drawn, {thousands(one.answered)} "
        f"({percent(one.answered / one.drawn if one.drawn else None)}) "
        "are answered, without a suggestion in sight. They were shown in an order given by lot, so that those answered "
        "are a sample of those drawn."
    )
    yield Grid(
        "Draws of the audit (chances: of all segments that nobody had coded)",
        (
            "draw",
            "day",
            "share in all",
            "the same for all",
            "seed",
            "drawn anew",
            "coded before",
            "lowest chance",
            "highest",
        ),
        tuple(_draw(draw) for draw in one.draws),
    )


def _draw(one: DrawTally) -> tuple[str, ...]:
    name = f"{one.id}, extends {one.extends}" if one.extends else str(one.id)
    sizes = (percent(one.share), percent(one.evenly), str(one.seed), thousands(one.drawn), thousands(one.coded))
    return name, day(one.day), *sizes, f"{one.lowest:.3f}", f"{one.highest:.3f}"


def agreement(material: Material) -> Iterable[Block]:
    """Whether coders were compared; the coefficients themselves are not part of this report."""
    own = [one for one in material.record.coders if one.name != _CONSENSUS]
    if material.study.approach == _REFLEXIVE:
        yield "Not sought: in a reflexive approach agreement is no measure of a reading."
    elif len(own) > 1:
        yield (
            "Not computed here. `themes agreement` compares coders on the segments that two or more are done with "
            "(alpha and AC1 for each code, with intervals) and writes results/agreement.csv."
        )
    elif own:
        repeats = own[0].repeats
        again = (
            f" `themes agreement` says how the coder agrees with themselves, on {counted(repeats, 'repeat')}."
            if repeats
            else ""
        )
        yield f"One coder: there is no agreement between coders to report.{again}"
    else:
        yield "Nobody has coded, so there is nothing to compare."


def estimates(material: Material, options: ReportOptions) -> Iterable[Block]:
    """How shares were reached, and how much of them may be said."""
    if not material.record.audits:
        yield "There are no estimates, only the machine's counts of first suggestions, which are no findings."
        return
    yield (
        "The machine's probability of a code, set right on people's labels with each interview left out of its own "
        "correction, is corrected by what people said of the segments that were drawn, each weighed by one over its "
        f"chance: the difference estimator {cite('egami2023', 'zrnic2024')}. Such a share is right on average whatever "
        "the machine's errors."
    )
    yield (
        "Two intervals are given, both at 95%: for this corpus (had people coded everything) and for informants like "
        "these (had others like them been interviewed), the latter with interviews as units. Both come from an "
        "effective "
        f"number of segments {cite('korn1998', 'clopper1934')}. Mandates have the first only."
    )
    yield (
        "A share is said where its interval allows it, else the interval alone, else in how many interviews it was "
        "found "
        f"{cite('parker2017')}. {hiding(options.min_participants)}"
    )
    yield Grid(
        "Cells of codes, by how much may be said", ("what is said", "talk", "mandates"), tuple(_showing(material))
    )


def hiding(least: int) -> str:
    """Which cells of talk are hidden."""
    if least < 2:
        return "No cell is hidden (min_participants is 1), which participants must have agreed to."
    return (
        f"A cell of talk is hidden below {counted(least, 'person')}, or where one person supplies over half of the "
        "mentions, with as many more as keep it from being reckoned."
    )


def _showing(material: Material) -> Iterable[tuple[str, ...]]:
    """How many cells of codes say how much. Hidden ones are counted, and nothing else is said of them."""
    found = Counter(
        (one.showing, one.source_kind == MANDATE)
        for one in material.record.estimates
        if one.subject_kind == "code" and _plain_cell(one)
    )
    for showing in Showing:
        talk, mandates = found[showing, False], found[showing, True]
        if talk or mandates:
            yield str(showing), thousands(talk), thousands(mandates)


def _plain_cell(one: Estimate) -> bool:
    """Whether it is a cell of all, of one group or of one place, and not of a crossing."""
    return ALL in (one.actor_group, one.mission)


def deviations(material: Material) -> Iterable[Block]:
    """What departs from the usual way, as far as the program can see it; the reasons are the researcher's."""
    found = tuple(_departures(material))
    yield "What the program can see, and the researcher must explain or leave out:" if found else ""
    yield Points(found)
    yield (
        "The researcher must tell: any departure from a protocol or preregistration, what was decided after seeing "
        "results, and comparisons that were made and are not reported. checklists.md has the items of COREQ "
        f"{cite('tong2007')} and SRQR {cite('obrien2014')}, answered as far as the program knows."
    )


def _departures(material: Material) -> Iterable[str]:
    record = material.record
    if record.differing:
        differ = "option differs" if len(record.differing) == 1 else "options differ"
        yield f"{thousands(len(record.differing))} {differ} from the usual ones (listed above)."
    for one in record.audits:
        yield from _of_audit(one, len([edit for edit in record.edits if edit.undoes is None]))
    numbers = {
        "{} in bulk, without reading each; they answer no audit.": sum(one.in_bulk for one in record.coders),
        "{} with a suggestion in sight, which sways; they answer no audit.": sum(
            one.with_suggestion for one in record.coders
        ),
    }
    yield from (words.format(counted(number, "decision")) for words, number in numbers.items() if number)
    left = sum(one.severity is Severity.ERROR for one in material.problems)
    if left:
        yield f"{counted(left, 'problem')} left something out of the study; the report lists them."
    if material.lost:
        kept = counted(len(material.lost), "candidate theme")
        yield f"{kept} kept by people's decision though the machine no longer found them."


def _of_audit(one: AuditTally, edits: int) -> Iterable[str]:
    waiting, late = one.drawn - one.answered, edits - one.draws[-1].edits
    if waiting:
        yield f"The audit is not finished: {thousands(waiting)} of {thousands(one.drawn)} are not answered."
    if len(one.draws) > 1:
        times = counted(len(one.draws) - 1, "time")
        yield f"The audit was extended {times} after its first draw; its chances allow for that."
    if late > 0:
        yield f"The codebook was edited after the audit was drawn: {counted(late, 'edit')}."


def limits(material: Material) -> Iterable[Block]:
    """What the numbers cannot say."""
    yield Points(tuple(_limits(material)))


def _limits(material: Material) -> Iterable[str]:
    yield "Segments are what people said when asked; how often something is said is not how much it matters."
    yield (
        "A date is that of the talk or the text, not of what is told, unless the list of sources says which period is "
        "meant."
    )
    if material.themes:
        yield (
            "Another seed, or one interview more, gives somewhat other candidate themes; they follow wording as well "
            "as matter."
        )
    if material.record.audits:
        yield "Estimates are of what these coders would say; coders who err alike err here too."
        yield "Cells of the same interviews are not independent: overlap of their intervals is no test."
    elif material.suggestions:
        yield "Counts are the machine's, which finds some codes and some groups' talk more easily than others."
    if len([one for one in material.record.coders if one.name != _CONSENSUS]) == 1:
        yield "One person coded, so how far another would agree is not known."


def day(when: date) -> str:
    """`3 May 2026`, whatever the language of the computer."""
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"
