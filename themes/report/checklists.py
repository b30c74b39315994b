"""COREQ and SRQR, item by item: what the project knows and where that comes from, and what the researcher must answer.

Items have the numbers that they have there (Tong, Sainsbury & Craig 2007; O'Brien et al. 2014) and short names of ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from themes.report import answers
from themes.report.answers import Known
from themes.report.cited import cite
from themes.report.material import Material
from themes.report.options import ReportOptions
from themes.report.sections import Grid, Points, Section, markdown, written
from themes.report.words import counted, thousands

Answer = Callable[[Known], tuple[str, str]]
"""What is known and where it comes from; both empty where it is not known."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item: `asked` is what only the researcher knows, empty where the project knows all of it."""

    number: str
    name: str
    asked: str = ""
    answer: Answer | None = None


COREQ: tuple[tuple[str, tuple[Item, ...]], ...] = (
    (
        "COREQ: who did the research",
        (
            Item("1", "Who interviewed", "who led the interviews or groups"),
            Item("2", "Degrees", "their degrees"),
            Item("3", "Work", "what they worked as at that time"),
            Item("4", "Gender", "their gender, where it matters and may be said"),
            Item("5", "Training", "their experience and training"),
            Item("6", "Acquaintance", "whether they knew the participants before"),
            Item("7", "What participants knew", "what participants knew of them and of their reasons"),
            Item("8", "Standpoint", "their assumptions and interests, and what these may have done"),
        ),
    ),
    (
        "COREQ: how it was done",
        (
            Item("9", "Orientation", "the theory behind it, and why this approach", answers.approach),
            Item("10", "Choice of participants", "how participants were chosen"),
            Item("11", "Approach", "how they were asked to take part"),
            Item("12", "How many", "", answers.sample),
            Item("13", "Who did not take part", "how many declined or left, and why"),
            Item("14", "Place", "where it took place"),
            Item("15", "Who else was there", "whether anybody else was present"),
            Item("16", "Who they are", "what else matters of the participants", answers.groups),
            Item("17", "Questions", "the guide, and whether it was tried out"),
            Item("18", "Repeats", "why, where somebody was interviewed again", answers.repeats),
            Item("19", "Recording", "whether it was recorded, and who transcribed it", answers.files),
            Item("20", "Notes", "whether notes were taken in the field"),
            Item("21", "Length", "how long the interviews took", answers.length),
            Item("22", "Enough", "whether and how it was judged that enough had been heard"),
            Item("23", "Transcripts returned", "whether participants saw their transcripts"),
        ),
    ),
    (
        "COREQ: analysis and findings",
        (
            Item("24", "Coders", "who they are", answers.coders),
            Item("25", "Codes", "", answers.codebook),
            Item("26", "Where themes come from", "which themes were made of this, and how", answers.derivation),
            Item("27", "Program", "", answers.program),
            Item("28", "Participants' view", "whether participants commented on the findings"),
            Item("29", "Quotations", "which of them stand in the paper", answers.quotations),
            Item("30", "Findings fit what was said", "the argument that they do", answers.fit),
            Item("31", "Main themes", "which themes are the main ones", answers.themes),
            Item("32", "Lesser themes", "lesser themes and cases that contradict", answers.contrary),
        ),
    ),
)

SRQR: tuple[tuple[str, tuple[Item, ...]], ...] = (
    (
        "SRQR: title, introduction",
        (
            Item("S1", "Title", "whether it names the approach", answers.title),
            Item("S2", "Abstract", "the abstract"),
            Item("S3", "Problem", "the problem, and what is known of it"),
            Item("S4", "Question", "the purpose, and the questions"),
        ),
    ),
    (
        "SRQR: methods",
        (
            Item("S5", "Approach", "the paradigm, and why", answers.approach),
            Item("S6", "Researchers", "who they are and how that bears on the study", answers.coders),
            Item("S7", "Context", "the setting, and what matters of it", answers.setting),
            Item("S8", "Sampling", "how and why participants and texts were chosen, and when it ended"),
            Item("S9", "Ethics", "approval, consent, and how the material is kept", answers.protection),
            Item("S10", "Collection", "how and when it was collected, and what changed meanwhile", answers.collected),
            Item("S11", "Instruments", "guides and devices", answers.program),
            Item("S12", "Units", "how far each took part", answers.sample),
            Item("S13", "Processing", "transcription, checks, anonymisation", answers.processing),
            Item("S14", "Analysis", "who developed themes, and how", answers.derivation),
            Item("S15", "Trustworthiness", "further steps, and why these", answers.trust),
        ),
    ),
    (
        "SRQR: findings, discussion, other",
        (
            Item("S16", "Interpretation", "main findings and how they tie together", answers.themes),
            Item("S17", "Evidence", "which quotations stand in the paper", answers.quotations),
            Item("S18", "What it adds", "how it bears on earlier work, and where it may hold"),
            Item("S19", "Limits", "limits of the study itself", answers.limits),
            Item("S20", "Interests", "interests that may have had an influence"),
            Item("S21", "Funding", "who paid, and what they had a say in"),
        ),
    ),
)


def checklists(material: Material, options: ReportOptions) -> tuple[Section, ...]:
    """Both checklists in sections, after a word on how to read them."""
    known = Known(material, options.min_participants)
    groups = (*COREQ, *SRQR)
    answered = [_answered(item, known) for _, items in groups for item in items]
    open_ = sum(bool(item.asked) for _, items in groups for item in items)
    opening = (
        f"COREQ {cite('tong2007')} has 32 items, SRQR {cite('obrien2014')} 21. The project answers "
        f"{counted(sum(bool(one[0]) for one in answered), 'item')} in whole or in part and says where the answer comes "
        f"from; {thousands(open_)} need the researcher. The names of items are short ones of ours: read the originals."
    )
    return (
        Section("How to read this", (opening,)),
        *(written(name, [_grid(items, known)]) for name, items in groups),
        Section("The originals", (Points(tuple(answers.originals())),)),
    )


def checklists_page(material: Material, options: ReportOptions) -> str:
    """checklists.md."""
    return markdown(f"Checklists: {material.study.title}", checklists(material, options))


def _answered(item: Item, known: Known) -> tuple[str, str]:
    return item.answer(known) if item.answer else ("", "")


def _grid(items: Iterable[Item], known: Known) -> Grid:
    rows = []
    for item in items:
        found, source = _answered(item, known)
        asked = f"The researcher must answer: {item.asked}." if item.asked else ""
        if not found and not asked:
            asked = "The researcher must answer: the project does not know."
        rows.append((item.number, item.name, " ".join(part for part in (found, asked) if part), source or "–"))
    return Grid("", ("item", "what it asks", "answer", "where it comes from"), tuple(rows))
