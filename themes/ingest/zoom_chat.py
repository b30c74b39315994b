"""The chat that Zoom saves beside a recording (meeting_saved_chat.txt): each message a turn of whoever wrote it.

It is a source of its own, since it tells the time of day and a recording the time since its beginning; the clock stays
in the text before the words. (The chat of a recording in Zoom's cloud, `00:21:14<tab>Name:<tab>words`, tells the time
since the beginning and is read like any transcript.)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from themes.domain import TurnRole
from themes.ingest.options import IngestOptions
from themes.ingest.stretches import Content, Stretch, lay_out
from themes.ingest.turns import role_of

HEAD = re.compile(
    r"^(?:\d{4}-\d\d-\d\d[ \t]+)?(?P<clock>\d\d:\d\d:\d\d)[ \t]+From[ \t]+(?P<name>[^:\n]{1,80}?)"
    r"(?:[ \t]+to[ \t]+(?P<to>[^:\n]{1,80}?))?[ \t]*:(?:[ \t]+|$)",
    re.MULTILINE,
)
QUOTED = re.compile(r"\A\s*Replying to (?P<quoted>\"[^\n]*\")[ \t]*(?:\n\s*|\Z)")
REACTION = re.compile(r"(?:Reacted to \".*\" with \S+|Removed an? \S+ reaction from \".*\")\s*\Z", re.DOTALL)
DIRECT = re.compile(r"[ \t]*\((?:direct message|privately)\)", re.IGNORECASE)
ALL = ("", "everyone", "all panelists", "all panelists and attendees")


@dataclass(frozen=True, slots=True)
class Message:
    """One message: when by the clock, who wrote it, to whom (empty for all), and what."""

    clock: str
    name: str
    to: str
    words: str


def is_chat(text: str) -> bool:
    """Whether the text begins as Zoom's saved chat does."""
    return HEAD.match(text.lstrip()) is not None


def read_chat(text: str, options: IngestOptions) -> Content:
    """A turn for each message; a quote that it answers and a reaction to another are nobody's words.

    A doubt tells how many messages were not for everyone.
    """
    messages = list(_messages(text))
    private = sum(1 for message in messages if message.to)
    doubts: tuple[tuple[str, str], ...] = ()
    if private:
        shown = f"{private} messages of the chat were" if private > 1 else "A message of the chat was"
        doubts = (
            (f"{shown} sent to one person, not to everyone.", "Take out what its writer did not mean for others."),
        )
    return lay_out((_stretch(message, options) for message in messages), doubts)


def _messages(text: str) -> Iterator[Message]:
    heads = list(HEAD.finditer(text))
    ends = [*(head.start() for head in heads[1:]), len(text)]
    for head, end in zip(heads, ends, strict=True):
        to = DIRECT.sub("", head["to"] or "").strip()
        lines = [line.strip() for line in text[head.end() : end].split("\n")]
        words = "\n".join(line for line in lines if line)
        yield Message(head["clock"], " ".join(head["name"].split()), "" if to.casefold() in ALL else to, words)


def _stretch(message: Message, options: IngestOptions) -> Stretch:
    quoted = QUOTED.match(message.words)
    to = f" to {message.to}" if message.to else ""
    answers = f" (replying to {quoted['quoted']})" if quoted else ""
    words = message.words[quoted.end() :] if quoted else message.words
    role = TurnRole.CONTEXT if REACTION.match(words) else role_of(message.name, options)
    return Stretch(words, role, message.name, label=f"{message.clock} {message.name}{to}{answers}: ")
