"""What the machine suggests, as codings of a user that is no person; an import leaves them out again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from themes.domain import SegmentId, Suggestion
from themes.exchange import ExchangedCoding, Note, Selection, User
from themes.pipeline.holding import Guids, Holding
from themes.pipeline.naming import MACHINE_USER
from themes.pipeline.noted import OWN

SUGGESTION = f"{OWN}suggestion"


def user(guids: Guids) -> User:
    """The user under which suggestions go out."""
    return User(guids.new("machine"), MACHINE_USER)


def suggested(
    held: Holding, guids: Guids, spans: Mapping[SegmentId, tuple[int, int]]
) -> Iterator[tuple[SegmentId, Selection, Note]]:
    """For each segment the code that is suggested first, with a note of all that are and their probabilities.

    `spans` are the places of the segments in the texts that go out.
    """
    by_segment: dict[SegmentId, list[Suggestion]] = defaultdict(list)
    for one in held.suggestions:
        by_segment[one.segment].append(one)
    codes = {code.id for code in held.codebook.codes}
    machine = user(guids).guid
    encoder = held.provenance.get("encoder", "")
    for segment, own in by_segment.items():
        first, *_ = ordered = sorted(own, key=lambda one: one.rank)
        if segment not in spans or first.code not in codes:
            continue
        lines = [f"{one.rank}. {one.code}: probability {one.score:.2f}" for one in ordered]
        text = "\n".join(("Suggested by the machine, not decided by a person.", *lines, f"Encoder: {encoder}"))
        note = Note(guids.new("note", "suggestion", segment), text, SUGGESTION, user=machine)
        coding = ExchangedCoding(
            guids.new("suggestion", segment, guids.code(first.code)),
            guids.code(first.code),
            machine,
            notes=(note.guid,),
        )
        start, end = spans[segment]
        yield segment, Selection(guids.new("suggested", segment), start, end, user=machine, codings=(coding,)), note
