"""Passages of speeches in the Security Council: the public texts that are most like interviews by actor group."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

from tests.un_study import MISSIONS
from themes.segment import cut

FEWEST_WORDS, MOST_WORDS = 20, 100


def passages(data: Path) -> Iterator[dict[str, str]]:
    """The substantive speeches, cut at sentence ends into passages of 20 to 100 words, with what is known of each."""
    for line in (data / "un" / "speeches.jsonl").read_text(encoding="utf-8").splitlines():
        speech = json.loads(line)
        text = speech["text"]
        spans = [] if speech["procedural"] else cut(text, (0, len(text)), _short)
        for number, (start, end) in enumerate(spans):
            if len(text[start:end].split()) >= FEWEST_WORDS:
                yield {
                    "id": f"{speech['speech_id']}-{number}",
                    "text": text[start:end],
                    "speaker": speech["affiliation"] or "Briefer",
                    "actor_group": speech["actor_group"] or "",
                    "mission": "; ".join(name for name in speech["mission"] or () if name in MISSIONS),
                    "date": speech["date"],
                }


def drawn_passages(data: Path, count: int) -> list[dict[str, str]]:
    """So many of them, drawn with one seed."""
    return random.Random(0).sample(list(passages(data)), count)  # noqa: S311  a draw that anybody can repeat


def _short(text: str) -> bool:
    return len(text.split()) <= MOST_WORDS
