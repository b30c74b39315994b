"""Accounts of a team, and the invitations by which they are made.

The name of an account is the name under which a person's decisions stand in the log. So no two names differ by case
alone, a closed account's name stays taken, and a name that stands in the log already is for whom an owner invites by
that name.
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
import unicodedata
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from themes.domain import CONSENSUS, MACHINE, Account, Invitation, Role
from themes.errors import DecisionError
from themes.project.log import LOGS
from themes.project.passwords import hashed, holds, is_outdated, renewed
from themes.project.sqlite import converter, guarded

LONGEST_NAME = 40
WEEK = timedelta(days=7)
_ANOTHER = "Ask an owner of the study for another one."
_RESERVED = {CONSENSUS, MACHINE}

A = TypeVar("A", Account, Invitation)
Writing = Callable[[], AbstractContextManager[sqlite3.Connection]]
"""Begins a transaction: everything in it is kept, or nothing."""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Invited:
    """A new invitation, with the token that is told this once."""

    token: str
    invitation: Invitation


class Accounts:
    """The accounts in an open project file; `clock` says what time it is."""

    def __init__(self, file: Path, connection: sqlite3.Connection, writing: Writing) -> None:
        self._file, self._connection, self._writing = file, connection, writing
        self.clock: Callable[[], datetime] = _now

    # --- who there is ---

    def everyone(self) -> tuple[Account, ...]:
        """All accounts, closed ones too, oldest first."""
        with guarded(self._file):
            return self._read(Account, "accounts", "ORDER BY at, name")

    def find(self, name: str) -> Account | None:
        """The account of that name, however it is written; None where there is none."""
        with guarded(self._file):
            return next(iter(self._read(Account, "accounts", "WHERE folded = ?", _folded(name))), None)

    def sign_in(self, name: str, password: str) -> Account | None:
        """The account whose name and password these are; None for a wrong one, or one of nobody, in the same time.

        A hash that was made with other parameters than today's is made anew.
        """
        account = self.find(name)
        kept = account.password if account is not None and not account.closed else ""
        if not holds(kept, password) or account is None:
            return None
        if is_outdated(kept):
            better = renewed(password)
            with self._writing() as connection:  # unless the password was changed in the meantime
                query = "UPDATE accounts SET password = ? WHERE name = ? AND password = ?"
                connection.execute(query, (better, account.name, kept))
        return account

    def close(self, name: str, by: str = "") -> Account:
        """The account closed: nobody signs in with it, invitations by and for it are void, its decisions stay.

        `by` is the owner who closes it, empty on the computer that holds the file. The last owner stays.
        """
        with self._writing() as connection:
            self._must_be_owner(by)
            account = self.find(name)
            if account is None or account.closed:
                raise DecisionError(f'There is no open account "{name}".', self._names())
            self._must_leave_an_owner(account.name, None)
            connection.execute("UPDATE accounts SET closed = 1 WHERE name = ?", (account.name,))
            void = "DELETE FROM invitations WHERE used_by = '' AND (made_by = ? OR account = ?)"
            connection.execute(void, (account.name, account.name))
            return self._known(account.name)

    # --- invitations ---

    def invite(self, role: Role | None = None, by: str = "", account: str = "", lasts: timedelta = WEEK) -> Invited:
        """A new invitation for one person; only a digest of its token is kept.

        `by` is the owner who invites, empty on the computer that holds the file. With `account` it is for the person of
        that name: one whose decisions stand in the log already, who forgot the password, or whose account was closed;
        earlier ones for that name are void. Without a `role` it is the one that the person has, else coder.
        """
        token, now = secrets.token_urlsafe(32), self.clock()
        with self._writing() as connection:
            self._must_be_owner(by)
            known = self.find(account) if account else None
            named = known.name if known else person_name(account) if account else ""
            for one in self._invited_by_name(named):
                connection.execute("DELETE FROM invitations WHERE used_by = '' AND account = ?", (one.account,))
            wanted = role or (known.role if known else Role.CODER)
            invitation = Invitation(wanted, by, now, now + lasts, named)
            row = converter().unstructure(invitation)
            columns = [field.name for field in fields(Invitation)]
            names, marks = ", ".join(columns), ", ".join("?" * len(columns))
            values = (_digest(token), *(row[column] for column in columns))
            connection.execute(f"INSERT INTO invitations (token, {names}) VALUES (?, {marks})", values)
        return Invited(token, invitation)

    def invitations(self) -> tuple[Invitation, ...]:
        """Those that can still be accepted, oldest first."""
        with guarded(self._file):
            made = self._read(Invitation, "invitations", "WHERE used_by = '' ORDER BY at")
        return tuple(one for one in made if one.expires > self.clock())

    def invitation(self, token: str) -> Invitation:
        """The invitation with that token; DecisionError where there is none, or it cannot be accepted any more."""
        with guarded(self._file):
            found = self._read(Invitation, "invitations", "WHERE token = ?", _digest(token))
        if not found:
            raise DecisionError("There is no such invitation.", f"See that its address is whole. {_ANOTHER}")
        if found[0].used_by:
            raise DecisionError("This invitation has been used.", f"Sign in with the account it made. {_ANOTHER}")
        if found[0].expires <= self.clock():
            raise DecisionError(f"This invitation expired on {found[0].expires:%Y-%m-%d}.", _ANOTHER)
        return found[0]

    def accept(self, token: str, name: str, password: str) -> Account:
        """The account that the invitation makes, or gives a new password; nobody can use the invitation again.

        DecisionError for an invitation that is not to be had, a name that is taken or no name, a password too short.
        """
        self.invitation(token)  # before the password is hashed, which is slow on purpose
        kept = hashed(password)
        with self._writing() as connection:
            invitation = self.invitation(token)
            called = self._allowed(invitation, name)
            self._must_leave_an_owner(called, invitation.role)
            connection.execute(
                "INSERT INTO accounts (name, folded, role, password, at, closed) VALUES (?, ?, ?, ?, ?, 0) "
                "ON CONFLICT (name) DO UPDATE SET role = excluded.role, password = excluded.password, closed = 0",
                (called, _folded(called), invitation.role, kept, self.clock().isoformat()),
            )
            connection.execute("UPDATE invitations SET used_by = ? WHERE token = ?", (called, _digest(token)))
            return self._known(called)

    # --- what must hold ---

    def _allowed(self, invitation: Invitation, name: str) -> str:
        """The name of the account that the invitation makes, or changes."""
        if invitation.account:
            return invitation.account
        called = person_name(name)
        if self.find(called) is not None or self._invited_by_name(called):
            raise DecisionError(f'The name "{called}" is taken.', "Choose another name.")
        if _folded(called) in {_folded(coder) for coder in self._coders()}:
            remedy = "Choose another name; if they are yours, ask an owner for an invitation with this name."
            raise DecisionError(f'There are decisions under the name "{called}".', remedy)
        return called

    def _invited_by_name(self, name: str) -> list[Invitation]:
        """The invitations for that name that can be accepted."""
        return [one for one in self.invitations() if one.account and _folded(one.account) == _folded(name)]

    def _must_leave_an_owner(self, name: str, role: Role | None) -> None:
        """Raises DecisionError where nobody would be an owner any more, were this the role of that account."""
        if role is not Role.OWNER and self._owners() == (name,):
            raise DecisionError(f"{name} is the only owner.", "Invite another owner first.")

    def _must_be_owner(self, name: str) -> None:
        if name and name not in self._owners():
            raise DecisionError(f"{name} is no owner of this study.", "Ask an owner to do it.")

    def _owners(self) -> tuple[str, ...]:
        return tuple(one.name for one in self.everyone() if one.role is Role.OWNER and not one.closed)

    def _coders(self) -> set[str]:
        """Every name under which something stands in the log."""
        each = " UNION ".join(f"SELECT coder FROM {table}" for table in LOGS.values())
        return {row[0] for row in self._connection.execute(each)}

    def _names(self) -> str:
        names = ", ".join(one.name for one in self.everyone() if not one.closed)
        return f"There are {names}." if names else "Nobody has an account yet."

    def _known(self, name: str) -> Account:
        return self._read(Account, "accounts", "WHERE name = ?", name)[0]

    def _read(self, kind: type[A], table: str, condition: str, *values: str) -> tuple[A, ...]:
        columns = [field.name for field in fields(kind)]
        query = f"SELECT {', '.join(columns)} FROM {table} {condition}"
        rows = self._connection.execute(query, values).fetchall()
        return tuple(converter().structure(dict(zip(columns, row, strict=True)), kind) for row in rows)


def person_name(name: str) -> str:
    """The name with plain spaces, composed; DecisionError for one that nobody could read or that is not free."""
    plain = " ".join(unicodedata.normalize("NFC", name).split())
    if not plain or len(plain) > LONGEST_NAME:
        raise DecisionError(f"The name has {len(plain)} characters.", f"Take 1 to {LONGEST_NAME}.")
    hidden = [one for one in plain if unicodedata.category(one).startswith(("C", "Z")) and one != " "]
    if hidden:
        raise DecisionError("The name has a character that cannot be seen.", "Type the name anew, in plain letters.")
    if _folded(plain) in _RESERVED:
        raise DecisionError(f'"{plain}" is no name for a person here.', "Choose another name.")
    return plain


def _folded(name: str) -> str:
    """What names are told apart by: not by case, by spaces or by how an accent is composed."""
    storable = name.encode("utf-8", "replace").decode()  # half a pair of surrogates is no text to SQLite
    return " ".join(unicodedata.normalize("NFKC", storable).casefold().split())


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
