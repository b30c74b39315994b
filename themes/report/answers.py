"""What a project knows of the items of checklists: the answer and where it comes from, both empty where it does not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from themes.domain import CodeAct, Severity, SourceKind, Tier, TurnRole
from themes.report.decided import day
from themes.report.material import Material
from themes.report.people import heard, total
from themes.report.words import counted, listing, percent, thousands
from themes.report.works import REFERENCES

_NOTHING = ("", "")
_SOURCES, _STUDY, _METHODS, _LOG = "sources.csv", "study.toml", "methods.md", "the log in study.themes"


@dataclass(frozen=True, slots=True)
class Known:
    """What the answers are made from: no number of fewer than `least` people is told."""

    material: Material
    least: int


Found = tuple[str, str]


def title(known: Known) -> Found:
    """The title of the study."""
    return f"“{known.material.study.title}” (the study's; the paper's may differ).", _STUDY


def approach(known: Known) -> Found:
    """The approach that the study names."""
    names = {"codebook": "codes of a codebook, which may grow", "reflexive": "reflexive: a theme is a reading"}
    stated = known.material.study.approach
    return f"Thematic analysis, approach “{stated}”{f' ({names[stated]})' if stated in names else ''}.", _STUDY


def sample(known: Known) -> Found:
    """How many people and sources."""
    if not known.material.talk:
        return _NOTHING
    kinds = _kinds(known.material)
    return f"{total(known.material, known.least).capitalize()} in {kinds}.", f"{_SOURCES}; {_METHODS}, Sources"


def groups(known: Known) -> Found:
    """People by actor group, small groups together."""
    found = [f"{', '.join(one.groups)} {thousands(one.people)}" for one in heard(known.material, known.least)]
    if not found:
        return _NOTHING
    return f"People by actor group: {'; '.join(found)}.", f"{_SOURCES}; {_METHODS}, Sources"


def repeats(known: Known) -> Found:
    """How many people stand behind more than one source."""
    sources: dict[str, set[str]] = {}
    for one in known.material.talk:
        if one.participant:
            sources.setdefault(one.participant, set()).add(one.source)
    again = sum(len(own) > 1 for own in sources.values())
    if not sources:
        return _NOTHING
    if not again:
        return "Nobody stands behind more than one source.", f"{_SOURCES}, column pseudonym"
    told = counted(again, "person") if again >= known.least else f"Fewer than {thousands(known.least)} people"
    return f"{told} behind more than one source.", f"{_SOURCES}, column pseudonym"


def files(known: Known) -> Found:
    """What the sources of talk were read from."""
    talk = [source for source in known.material.sources if source.kind is not SourceKind.MANDATE]
    ends = sorted({source.file.rpartition(".")[2].lower() for source in talk})
    return (f"Read from files of the kinds {', '.join(ends)}.", _SOURCES) if ends else _NOTHING


def length(known: Known) -> Found:
    """How long the talk is, in words; minutes stand in no transcript for sure."""
    words: dict[str, int] = {}
    for one in known.material.talk:
        words[one.source] = words.get(one.source, 0) + one.n_words
    if len(words) < known.least or not words:
        return _NOTHING
    middle = sorted(words.values())[len(words) // 2]
    return f"Sources of talk have {thousands(middle)} coded words in the median.", "tables/segments.csv"


def coders(known: Known) -> Found:
    """How many coded, and how much of it blind."""
    own = [one for one in known.material.record.coders if one.name != "consensus"]
    if not own:
        return "Nobody has coded yet.", _LOG
    blind, every = sum(one.blind for one in own), sum(one.decisions for one in own)
    who = counted(len(own), "coder")
    return f"{who}, {counted(every, 'decision')}, {thousands(blind)} of them blind.", f"{_LOG}; {_METHODS}, Coders"


def codebook(known: Known) -> Found:
    """The size and the version of the codebook, and how often it was edited."""
    codes = known.material.codebook
    if not codes.codes:
        return "There is no codebook.", "codebook.csv"
    edits = [one for one in known.material.record.edits if one.undoes is None]
    told = f"{counted(len(codes.assignable), 'code')} that can be given, version {codes.version}, with definitions in "
    return f"{told}findings.docx; {counted(len(edits), 'edit')} in the program.", f"codebook.csv; {_METHODS}, Codebook"


def derivation(known: Known) -> Found:
    """What was there in advance, and what came out of the material."""
    material = known.material
    standing = [one for one in material.record.edits if one.undoes is None and one.id not in material.record.undone]
    added = sum(one.act in (CodeAct.ADD, CodeAct.SPLIT) for one in standing)
    parts = [f"{counted(len(material.themes), 'candidate theme')} from the material, found by the machine"]
    if material.codebook.codes:
        parts.append(f"a codebook from before, to which {counted(added, 'edit')} added codes")
    acts = sum(material.record.acts.values())
    parts.append(f"{counted(acts, 'decision')} of people on candidate themes")
    return f"{'; '.join(parts).capitalize()}.", f"{_METHODS}, Candidate themes, Codebook"


def program(known: Known) -> Found:
    """The program with its version."""
    made = known.material.provenance
    if "themes" not in made:
        return _NOTHING
    encoder = f", encoder {made['encoder']}" if "encoder" in made else ""
    return f"themes {made['themes']}{encoder}.", "run.json; CITATION.cff"


def quotations(known: Known) -> Found:
    """How quotes are attributed, and how they are found again."""
    if not known.material.segments:
        return _NOTHING
    told = "Quotes are attributed as far as each source's tier allows, and carry the end of their segment's id."
    return told, f"{_SOURCES}, column tier; findings.docx; tables/segments.csv"


def fit(known: Known) -> Found:
    """What people checked of the machine's counts."""
    audits = known.material.record.audits
    if not audits:
        return "Nobody has drawn an audit: shares are the machine's and are no findings.", _LOG
    best = audits[0]
    told = f"{thousands(best.answered)} of {thousands(best.drawn)} segments drawn by chance were coded blind"
    return f"{told}; shares are estimated from them, with intervals.", f"{_METHODS}, Audit, Estimates"


def themes(known: Known) -> Found:
    """What there is to choose from."""
    material = known.material
    named = sum(bool(theme.name) for theme in material.themes)
    told = f"{counted(len(material.themes), 'candidate theme')}, {thousands(named)} named by a person"
    return f"{told}; {counted(len(material.codebook.assignable), 'code')} with estimates where checked.", "index.html"


def contrary(known: Known) -> Found:
    """Where cases stand that fit badly."""
    edge = sum(bool(theme.borderline) for theme in known.material.themes)
    if not edge:
        return _NOTHING
    return f"{counted(edge, 'candidate theme')} with borderline segments quoted apart.", "index.html"


def setting(known: Known) -> Found:
    """Missions and periods that the study names."""
    missions = known.material.study.missions
    if not missions:
        return _NOTHING
    periods = sum(len(one.periods) for one in missions)
    names = listing([one.name for one in missions])
    return f"Missions {names}, with {counted(periods, 'period')}.", _STUDY


def protection(known: Known) -> Found:
    """What keeps people from being recognised in what is written."""
    tiers = Counter(one.tier for one in known.material.sources if one.kind is not SourceKind.MANDATE)
    if not tiers:
        return _NOTHING
    closed = " What is not for quotation is quoted nowhere." if tiers[Tier.NOT_FOR_QUOTATION] else ""
    least = f"Cells below {counted(known.least, 'person')} are hidden." if known.least > 1 else "No cell is hidden."
    return f"{least} Pseudonyms and tiers as in the list of sources.{closed}", f"{_SOURCES}; run.json"


def collected(known: Known) -> Found:
    """Kinds of sources and the years that they are dated."""
    days = [one.day for one in known.material.sources if one.kind is not SourceKind.MANDATE and one.day]
    if not days:
        return _NOTHING
    return f"{_kinds(known.material).capitalize()}; talk dated {min(days).year} to {max(days).year}.", _SOURCES


def processing(known: Known) -> Found:
    """How texts became segments, and what was left out."""
    material = known.material
    left = sum(one.severity is Severity.ERROR for one in material.problems)
    roles = Counter(turn.role for source in material.sources for turn in source.turns)
    asked = f"; {thousands(roles[TurnRole.INTERVIEWER])} turns of interviewers" if roles[TurnRole.INTERVIEWER] else ""
    cut = f"{counted(len(material.segments), 'segment')} cut by rule{asked}"
    told = f"{cut}; {counted(left, 'problem')} left something out."
    return told, f"{_METHODS}, Segmentation; index.html, what was left out"


def trust(known: Known) -> Found:
    """Blind checks, several coders, a log that only grows."""
    record = known.material.record
    parts = [f"a log of {counted(record.entries, 'entry').replace('entrys', 'entries')} that only grows"]
    for one in record.audits[:1]:
        done = percent(one.answered / one.drawn) if one.drawn else "none"
        parts.append(f"an audit by chance, {done} of it answered, blind")
    blind = sum(one.repeats for one in record.coders)
    parts += [f"{counted(blind, 'segment')} coded again, blind"] if blind else []
    return f"{listing(parts).capitalize()}.", f"{_LOG}; {_METHODS}, Audit, Agreement"


def limits(known: Known) -> Found:
    """Where the limits of the methods stand."""
    when = known.material.record.days
    at = f" (log up to {day(when[1])})" if when else ""
    return f"Limits of the methods are listed{at}.", f"{_METHODS}, Limits"


def originals() -> Iterable[str]:
    """The two works in which the checklists stand."""
    return (one.line.replace("*", "") for one in REFERENCES if one.key in ("tong2007", "obrien2014"))


def _kinds(material: Material) -> str:
    kinds = Counter[SourceKind](one.kind for one in material.sources if one.kind is not SourceKind.MANDATE)
    return listing([counted(kinds[kind], str(kind)) for kind in SourceKind if kinds[kind]])
