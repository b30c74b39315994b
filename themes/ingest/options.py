"""How transcripts are read: whose labels ask, whether the language is told, how long joined cues grow."""

from __future__ import annotations

from dataclasses import dataclass

from themes.errors import OptionError

INTERVIEWER_LABELS = (
    "Interviewer",
    "Int",
    "I",
    "Q",
    "Question",
    "Moderator",
    "Mod",
    "Facilitator",
    "Researcher",
    "Host",
    "Enquêteur",
    "Enquêtrice",
    "Intervieweur",
    "Intervieweuse",
    "Modérateur",
    "Modératrice",
    "Animateur",
    "Animatrice",
    "Facilitateur",
    "Facilitatrice",
    "Chercheur",
    "Chercheuse",
)
"""The usual English and French labels of whoever asks the questions."""


@dataclass(frozen=True, slots=True)
class IngestOptions:
    """Options of the stage `ingest`; a preset repeats them under `[ingest]`."""

    interviewer_labels: tuple[str, ...] = INTERVIEWER_LABELS
    """Labels of whoever asks, with or without a number (`Interviewer 2`); capitals and accents do not matter."""

    participant_labels: tuple[str, ...] = ()
    """Labels that are always speakers, also where they occur once or look like prose (`The Chair`)."""

    detect_language: bool = True
    """Whether a source without a language in the list of sources gets the one its text seems to be in."""

    joined_words: int = 60
    """Words after which text without speakers (subtitles, wrapped lines) is cut at the next end of a sentence."""

    joined_words_most: int = 120
    """Words after which such text is cut even where no sentence ends, as in transcripts without punctuation."""

    def __post_init__(self) -> None:
        if self.joined_words < 1:
            raise OptionError(f"joined_words is {self.joined_words}.", "Give 1 word or more.", "ingest.joined_words")
        if self.joined_words_most < self.joined_words:
            raise OptionError(
                f"joined_words_most is {self.joined_words_most}.",
                f"Give {self.joined_words} words or more, as joined_words does.",
                "ingest.joined_words_most",
            )
        blank = [label for label in (*self.interviewer_labels, *self.participant_labels) if not label.strip()]
        if blank:
            raise OptionError("A label is empty.", "Take it out of the list.", "ingest.interviewer_labels")
