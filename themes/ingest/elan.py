"""ELAN's annotations (.eaf): the tiers as speakers, their annotations as cues at the time of their slots.

By hand, because pympi-ling opens a path with a parser that resolves entities, and prints where it should refuse.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from themes.errors import ReadingError
from themes.ingest.cues import Cue, turns_of
from themes.ingest.options import IngestOptions
from themes.ingest.stretches import Content, clean
from themes.ingest.xml_file import read_xml

SAVE = "Open it in ELAN and save it again, or export the transcript as .srt or .txt."
REFERENCE = re.compile(r"[\w.:-]*\d[\w.:-]*")
"""What a tier holds that only numbers the annotations of the tiers below it."""
DEFAULT = re.compile(r"default(?:-lt)?|tier[ _-]?\d*|transcript(?:ion)?|text|utterances?", re.IGNORECASE)
"""Names of tiers that do not say who speaks."""


@dataclass(frozen=True, slots=True)
class Tier:
    """A tier: its name, whose it is, the tier it depends on (empty for none), and its cues in the file's order."""

    name: str
    participant: str
    parent: str
    cues: tuple[tuple[float | None, str], ...]

    @property
    def is_worded(self) -> bool:
        """Whether it holds more than numbers of annotations."""
        return any(not REFERENCE.fullmatch(words) for _, words in self.cues)


def read_eaf(data: bytes, options: IngestOptions, known: Iterable[str], where: str) -> Content:
    """The turns of an ELAN file in the order of time; the speaker is the tier's participant, else the tier's name.

    Of tiers that depend on each other (a text, its words, its translation) the highest that holds words is read; the
    others are left out, which a doubt tells. Raises ReadingError for what is no ELAN file, or has no words.
    """
    root = read_xml(data, "XML", SAVE, where)
    if root.tag != "ANNOTATION_DOCUMENT":
        raise ReadingError("The file is not one of ELAN's, whatever its ending says.", SAVE, where)
    tiers = list(_tiers(root))
    kept = _chosen(tiers)
    if not kept:
        raise ReadingError("No tier holds words.", "Transcribe the recording in ELAN first.", where)
    cues = [Cue(seconds, words, _speaker(tier, len(kept) == 1)) for tier in kept for seconds, words in tier.cues]
    in_order = sorted(cues, key=lambda cue: cue.seconds if cue.seconds is not None else 0.0)
    return turns_of(in_order, options, known, _about([tier.name for tier in tiers if tier.cues and tier not in kept]))


def _about(left_out: list[str]) -> tuple[tuple[str, str], ...]:
    if not left_out:
        return ()
    shown = ", ".join(f"“{name}”" for name in left_out)
    remedy = "If one of them is the transcript, export that tier from ELAN as .txt or .srt and list it instead."
    return ((f"Tiers that depend on another were left out: {shown}.", remedy),)


def _speaker(tier: Tier, alone: bool) -> str | None:
    name = tier.participant or tier.name
    return None if alone and not tier.participant and DEFAULT.fullmatch(name) else name or None


def _chosen(tiers: list[Tier]) -> list[Tier]:
    """From each family of tiers and each participant in it the highest that holds words, the first of equals."""
    by_name = {tier.name: tier for tier in tiers}

    def ancestors(tier: Tier) -> Iterator[Tier]:
        seen = {tier.name}
        while tier.parent in by_name and tier.parent not in seen:
            tier = by_name[tier.parent]
            seen.add(tier.name)
            yield tier

    kept: dict[tuple[str, str], Tier] = {}
    for tier in sorted(tiers, key=lambda tier: sum(1 for _ in ancestors(tier))):
        family = [tier.name, *(each.name for each in ancestors(tier))][-1]
        if tier.is_worded:
            kept.setdefault((family, tier.participant), tier)
    return [tier for tier in tiers if any(tier is other for other in kept.values())]


def _tiers(root: Element) -> Iterator[Tier]:
    slots = _slots(root)
    times = _times(root, slots)
    for tier in root.iter("TIER"):
        cues = ((times.get(each.get("ANNOTATION_ID", "")), _value(each)) for each in _annotations(tier))
        yield Tier(
            tier.get("TIER_ID", "").strip(),
            tier.get("PARTICIPANT", "").strip(),
            tier.get("PARENT_REF", "").strip(),
            tuple((seconds, words) for seconds, words in cues if words),
        )


def _slots(root: Element) -> Mapping[str, float]:
    """Each time slot in seconds; one without a time stands where the one before it stands."""
    seconds: dict[str, float] = {}
    last = 0.0
    for slot in root.iter("TIME_SLOT"):
        value = slot.get("TIME_VALUE", "")
        last = int(value) / 1000 if value.isascii() and value.isdigit() and len(value) < 12 else last
        seconds[slot.get("TIME_SLOT_ID", "")] = last
    return seconds


def _times(root: Element, slots: Mapping[str, float]) -> Mapping[str, float]:
    """When each annotation begins: by its own slot, or by the annotation that it refers to, however far up."""
    refers: dict[str, str] = {}
    times: dict[str, float] = {}
    for each in _annotations(root):
        name, slot = each.get("ANNOTATION_ID", ""), each.get("TIME_SLOT_REF1", "")
        if slot in slots:
            times[name] = slots[slot]
        else:
            refers[name] = each.get("ANNOTATION_REF", "")
    for name in refers:
        way = [name]
        while way[-1] in refers and refers[way[-1]] not in way and len(way) < 50:
            way.append(refers[way[-1]])
        if way[-1] in times:
            times.update(dict.fromkeys(way, times[way[-1]]))
    return times


def _annotations(parent: Element) -> Iterator[Element]:
    return (each for each in parent.iter() if each.tag in ("ALIGNABLE_ANNOTATION", "REF_ANNOTATION"))


def _value(annotation: Element) -> str:
    return " ".join(clean(annotation.findtext("ANNOTATION_VALUE") or "").split())
