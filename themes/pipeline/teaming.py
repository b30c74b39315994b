"""A team: who may sign in to the review app of a study. Whoever may write the project file may do all of this."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from themes.domain import Account, Invitation, Role
from themes.ingest import read_study
from themes.project import FILE_NAME, Invited, Project, must_have_run


@dataclass(frozen=True, slots=True)
class Member:
    """A person of the team; nothing here lets anybody sign in."""

    name: str
    role: Role
    at: datetime
    closed: bool
    decisions: int


@dataclass(frozen=True, slots=True)
class Team:
    """The accounts of a study, oldest first, and the invitations that can still be accepted."""

    study: str
    members: tuple[Member, ...]
    invitations: tuple[Invitation, ...]


def team(folder: Path) -> Team:
    """Who may sign in, with how many decisions each took on segments; changes nothing."""
    study = read_study(folder)
    must_have_run(folder)
    with Project(folder / FILE_NAME, read_only=True) as project:
        taken = Counter(one.coder for one in project.decisions())
        members = tuple(_member(one, taken[one.name]) for one in project.accounts.everyone())
        return Team(study.title, members, project.accounts.invitations())


def invite(folder: Path, role: Role | None, name: str, lasts: timedelta) -> Invited:
    """An invitation for one person; with a name it is for nobody else, and gives a new password to who is there."""
    with _opened(folder) as project:
        return project.accounts.invite(role, account=name, lasts=lasts)


def close(folder: Path, name: str) -> Member:
    """The account closed; what the person decided stays."""
    with _opened(folder) as project:
        account = project.accounts.close(name)
        return _member(account, sum(one.coder == account.name for one in project.decisions()))


def _member(account: Account, decisions: int) -> Member:
    return Member(account.name, account.role, account.at, account.closed, decisions)


@contextmanager
def _opened(folder: Path) -> Iterator[Project]:
    read_study(folder)
    must_have_run(folder)
    with Project(folder / FILE_NAME) as project:
        yield project
