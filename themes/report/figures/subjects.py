"""Which codes a figure shows, in which order, and under which names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from themes.domain import PATH_SEPARATOR
from themes.report.cells import ALL, TALK, Counts
from themes.report.figures.figure import Said, said
from themes.report.heats import in_tree_order
from themes.report.material import Material
from themes.report.words import thousands

WHOLE = (TALK, ALL, ALL, ALL)


def drawn_codes(material: Material, found: Counts, most: int) -> tuple[tuple[str, ...], str]:
    """Codes that were counted, in the order of the codebook; and what to say where only the largest `most` are drawn.

    The order among codes of which no share may be said is that of the codebook.
    """
    counted = found.subjects("code")
    ordered: list[str] = [code.id for code, _ in in_tree_order(material.codebook) if code.id in counted]
    ordered += sorted(counted - set(ordered))
    if len(ordered) <= most:
        return tuple(ordered), ""
    largest = sorted(ordered, key=lambda code: -size(in_all_talk(found, code)))[:most]
    words = f"The {most} of {thousands(len(ordered))} codes with the largest share in all talk are drawn. "
    return tuple(code for code in ordered if code in largest), words


def in_all_talk(found: Counts, code: str) -> Said:
    """What may be said of a code in all talk."""
    return said(found.raw("code", code, WHOLE), found.few_in_talk)


def size(one: Said) -> float:
    """What cells are ordered by: the share, the middle of the interval, or the machine's share; -1 where none is said.

    No figure shows it.
    """
    if one.share is not None:
        return one.share
    ends = one.corpus or one.informants
    if ends is not None:
        return sum(ends) / 2
    return -1.0 if one.machine is None else one.machine


def short_names(codes: Sequence[str]) -> dict[str, str]:
    """Each code by the last part of its path, or by all of it where two would have the same name."""
    last = {code: code.rpartition(PATH_SEPARATOR)[2] for code in codes}
    seen = Counter(last.values())
    return {code: name if seen[name] == 1 else code for code, name in last.items()}
