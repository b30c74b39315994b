"""What people write down beside their decisions: memos, and edits of the codebook."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from themes.domain.codebook import Code, CodeId


class SubjectKind(StrEnum):
    """What a memo is about."""

    SEGMENT = "segment"
    CODE = "code"
    THEME = "theme"
    SOURCE = "source"
    STUDY = "study"


@dataclass(frozen=True, slots=True)
class Memo:
    """One entry of the log: what a coder notes on a subject. Their latest on it stands; an empty one takes it away.

    `subject` is the id of what it is about, empty for the study. An undo has no text, and `undoes` another memo.
    """

    id: int
    at: datetime
    coder: str
    kind: SubjectKind
    subject: str
    text: str
    undoes: int | None = None
    step: str = ""


class CodeAct(StrEnum):
    """What a person does with the codebook."""

    ADD = "add"
    RENAME = "rename"
    REDEFINE = "redefine"
    MOVE = "move"
    MERGE = "merge"
    SPLIT = "split"
    RETIRE = "retire"
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class CodebookEdit:
    """One entry of the log: an edit of the codebook.

    `codes` are those it acts on, by their ids at that time; `made` is what they are afterwards. An added code has only
    the latter, a retired one only the former. A merge goes into the first of `codes`; the first part of a split goes on
    as the code that was split. `reason` says why. An undo has neither, and `undoes` another edit.
    """

    id: int
    at: datetime
    coder: str
    act: CodeAct
    codes: tuple[CodeId, ...] = ()
    made: tuple[Code, ...] = ()
    reason: str = ""
    undoes: int | None = None
    step: str = ""


class Role(StrEnum):
    """What a person may do: an owner all of it, an adjudicator code and resolve, a coder code, a reader look."""

    OWNER = "owner"
    ADJUDICATOR = "adjudicator"
    CODER = "coder"
    READER = "reader"


@dataclass(frozen=True, slots=True)
class Account:
    """A person who may sign in: `password` is its hash, never itself. An owner may invite others."""

    name: str
    role: Role
    password: str
    at: datetime
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Invitation:
    """Whoever holds its token may make one account of that role until it expires; the token itself is not kept.

    `made_by` is an owner, empty where it was made on the computer that holds the file. With an `account` it is for the
    person of that name alone, who may have an account already: then it gives a new password, and opens a closed one.
    `used_by` is empty until it is accepted.
    """

    role: Role
    made_by: str
    at: datetime
    expires: datetime
    account: str = ""
    used_by: str = ""
