"""The tables of counts: a row for each code or candidate theme, a column for each group, or mission and period."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from themes.domain import Code, Codebook, CodeId
from themes.report.cards import anchors
from themes.report.cells import MANDATE, TALK, Block, Column, Counts, Shown
from themes.report.material import Material


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One row of counts; a row with `heading` only names the codes below it."""

    label: str
    anchor: str
    heading: bool
    depth: int
    cells: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Heat:
    """A table of counts: `blocks` of columns, a row for each subject."""

    caption: str
    subject: str
    blocks: tuple[Block, ...]
    rows: tuple[HeatRow, ...]
    people: str

    @property
    def has_blocks(self) -> bool:
        """Whether columns stand under headings of their own."""
        return len(self.blocks) > 1

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns of counts of all blocks."""
        return tuple(column for block in self.blocks for column in block.columns)

    @property
    def ends(self) -> frozenset[int]:
        """The positions, from 1, of the columns after which a rule stands."""
        if not self.has_blocks:
            return frozenset({1})
        ends = accumulate(len(block.columns) for block in self.blocks)
        return frozenset(ends) - {len(self.columns)}


def heats(material: Material, found: Counts, subject_kind: str) -> tuple[Heat, ...]:
    """The tables of counts for `code` or `theme`; one without segments, or with all of them hidden, is left out."""
    rows = _subjects(material, found, subject_kind)
    if not rows:
        return ()
    noun = "Codes" if subject_kind == "code" else "Candidate themes"
    kinds: list[tuple[str, tuple[Block, ...], str]] = [
        (f"{noun} in talk, by actor group", (found.talk_by_group,), "people"),
        (f"{noun} in talk, by mission and period", found.by_mission(TALK), "people"),
        (f"{noun} in mandates, by mission and period", found.by_mission(MANDATE), "texts"),
    ]
    if not material.has_missions:
        kinds[1:] = [(f"{noun} in mandates", (found.mandates,), "texts")]
    return tuple(
        Heat(caption, noun, blocks, tuple(_heat_rows(found, subject_kind, rows, blocks)), people)
        for caption, blocks, people in kinds
        if blocks[0].columns[0].segments and not blocks[0].columns[0].hidden
    )


Subject = tuple[str, str, str, bool, int]
"""Id, label, anchor, whether it only heads others, and how deep it stands under headings."""


def _subjects(material: Material, found: Counts, subject_kind: str) -> list[Subject]:
    if subject_kind == "theme":
        return [
            (theme.id, f"{number}", f"theme-{number}", False, 0)
            for number, theme in enumerate(material.themes, start=1)
        ]
    cards, counted_codes = anchors(material), found.subjects("code")
    known = [_code_subject(code, depth, cards, counted_codes) for code, depth in in_tree_order(material.codebook)]
    left = sorted(counted_codes - material.code.keys())
    return [*known, *((code, code, "", False, 0) for code in left)]


def _code_subject(code: Code, depth: int, cards: dict[str, str], counted_codes: set[str]) -> Subject:
    anchor = cards.get(code.id, "")
    return code.id, code.name, anchor, not anchor and code.id not in counted_codes, depth


def in_tree_order(codebook: Codebook) -> list[tuple[Code, int]]:
    """Each code with its depth, every parent followed by all that lies below it, else in the order of the codebook."""
    known = {code.id for code in codebook.codes}
    below: dict[CodeId | None, list[Code]] = {}
    for code in codebook.codes:
        below.setdefault(code.parent if code.parent in known else None, []).append(code)
    ordered: list[tuple[Code, int]] = []
    left = [(code, 0) for code in reversed(below.get(None, []))]
    while left:
        code, depth = left.pop()
        ordered.append((code, depth))
        left += [(child, depth + 1) for child in reversed(below.get(code.id, []))]
    reached = {code.id for code, _ in ordered}
    return ordered + [(code, 0) for code in codebook.codes if code.id not in reached]


def _heat_rows(found: Counts, subject_kind: str, rows: Sequence[Subject], blocks: Sequence[Block]) -> Iterable[HeatRow]:
    columns = [column for block in blocks for column in block.columns]
    for subject, label, anchor, heading, depth in rows:
        cells = () if heading else tuple(found.shown(subject_kind, subject, column) for column in columns)
        yield HeatRow(label, anchor, heading, depth, cells)
