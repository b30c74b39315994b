"""A text in sections, for the page, for Markdown and for Word: paragraphs, lists and small tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Grid:
    """A small table: what its columns are called, and its rows as they are read."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Points:
    """A list of points."""

    points: tuple[str, ...]


Block = str | Grid | Points


@dataclass(frozen=True, slots=True)
class Section:
    """One section: its heading and what stands below it."""

    heading: str
    blocks: tuple[Block, ...]


def written(heading: str, blocks: Iterable[Block | None]) -> Section:
    """A section of those blocks that have something to say."""
    return Section(heading, tuple(block for block in blocks if block and not _is_empty(block)))


def _is_empty(block: Block) -> bool:
    return not (block.rows if isinstance(block, Grid) else block.points if isinstance(block, Points) else block)


def markdown(title: str, sections: Iterable[Section]) -> str:
    """The text as Markdown, a line for each paragraph, so that it can be pasted into any writing program."""
    parts = [f"# {_plain(title)}"]
    for section in sections:
        parts.append(f"## {_plain(section.heading)}")
        parts += [_markdown(block) for block in section.blocks]
    return "\n\n".join(parts) + "\n"


def _markdown(block: Block) -> str:
    if isinstance(block, Points):
        return "\n".join(f"- {_plain(point)}" for point in block.points)
    if isinstance(block, Grid):
        lines = [block.columns, ("---",) * len(block.columns), *block.rows]
        table = "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)
        return f"*{_plain(block.caption)}*\n\n{table}" if block.caption else table
    return _plain(block)


def _cell(text: str) -> str:
    return _plain(text).replace("|", "\\|")


def _plain(text: str) -> str:
    """One line, with nothing in it that a reader of Markdown would take for a tag."""
    return " ".join(text.split()).replace("<", "&lt;")
