"""Accounts of a team: made by invitation, under names of their own, with passwords that are not kept."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher  # noqa: TID253  these tests are about it

from themes.domain import Decision, Role, Segment, SegmentId, Source, SourceId, SourceKind, Verdict
from themes.errors import DecisionError
from themes.project import FILE_NAME, Accounts, Made, Project, passwords
from themes.project.accounts import WEEK

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
WORDS = "four words in a row"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Hashes that cost nothing: what is tested here is not how slow argon2 is."""

SOURCE = Source(SourceId("a"), "a.txt", SourceKind.INTERVIEW, "We left.", ())
SEGMENT = Segment(SegmentId("a:1"), SOURCE.id, 0, 8, "We left.", 0, SourceKind.INTERVIEW, "", "", "", "", "", "", "")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_hasher", lambda: QUICK)
    passwords._nobodys.cache_clear()


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project(tmp_path / FILE_NAME) as opened:
        opened.accounts.clock = lambda: NOON
        yield opened


@pytest.fixture
def accounts(project: Project) -> Accounts:
    return project.accounts


def join(accounts: Accounts, name: str, role: Role = Role.CODER, by: str = "") -> None:
    accounts.accept(accounts.invite(role, by).token, name, WORDS)


def decide(project: Project, coder: str) -> None:
    project.replace(Made(sources=(SOURCE,), segments=(SEGMENT,)))
    project.record(Decision(0, NOON, coder, Verdict.NO_CODE, SEGMENT.id))


def test_who_accepts_an_invitation_can_sign_in_with_the_role_that_it_was_for(accounts: Accounts):
    invited = accounts.invite(Role.ADJUDICATOR)
    made = accounts.accept(invited.token, " Anna   Ó Briain ", WORDS)
    assert (made.name, made.role, made.at, made.closed) == ("Anna Ó Briain", Role.ADJUDICATOR, NOON, False)
    assert accounts.sign_in("anna ó briain", WORDS) == made
    assert accounts.everyone() == (made,)


def test_neither_a_password_nor_a_token_stands_in_the_file(project: Project):
    invited = project.accounts.invite(Role.CODER)
    project.accounts.accept(invited.token, "anna", WORDS)
    left = project.accounts.invite(Role.CODER)
    project.back_up(project.path.with_name("copy"))
    content = project.path.with_name("copy").read_bytes()
    assert b"argon2id" in content
    for secret in (WORDS, invited.token, left.token):
        assert secret.encode() not in content


@pytest.mark.parametrize(
    "password", ["", "four words", "FOUR WORDS IN A ROW", f"{WORDS} ", f"{WORDS}\0", "\ud800" * 10]
)
def test_another_password_does_not_sign_in(accounts: Accounts, password: str):
    join(accounts, "anna")
    assert accounts.sign_in("anna", password) is None


@pytest.mark.parametrize("name", ["ben", "", "\ud800", "a\0b", "x" * 10_000, "anna' --"])
def test_a_name_of_nobody_does_not_sign_in(accounts: Accounts, name: str):
    join(accounts, "anna")
    assert accounts.sign_in(name, WORDS) is None


def test_a_password_is_the_same_from_a_keyboard_that_composes_accents_otherwise(accounts: Accounts):
    typed = "café crème brûlée"
    accounts.accept(accounts.invite(Role.CODER).token, "anna", unicodedata.normalize("NFD", typed))
    assert accounts.sign_in("anna", unicodedata.normalize("NFC", typed)) is not None


@pytest.mark.parametrize(
    ("password", "said"),
    [
        pytest.param("nine char", "9 characters", id="too short"),
        pytest.param("x" * 1001, "1,001 characters", id="too long"),
    ],
)
def test_a_password_of_no_use_is_refused_and_the_invitation_stays(accounts: Accounts, password: str, said: str):
    invited = accounts.invite(Role.CODER)
    with pytest.raises(DecisionError, match=said):
        accounts.accept(invited.token, "anna", password)
    assert accounts.accept(invited.token, "anna", WORDS).name == "anna"


def test_a_longer_password_than_any_is_not_the_one_that_it_begins_with(accounts: Accounts):
    accounts.accept(accounts.invite(Role.CODER).token, "anna", "x" * 1000)
    assert accounts.sign_in("anna", "x" * 1000) is not None
    assert accounts.sign_in("anna", "x" * 1001) is None


def test_somebody_without_an_account_costs_a_verification_too(accounts: Accounts, monkeypatch: pytest.MonkeyPatch):
    join(accounts, "anna")
    join(accounts, "ben")
    join(accounts, "owner", Role.OWNER)
    accounts.close("ben")
    held: list[str] = []

    class Watching(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # noqa: A002  argon2's name
            held.append(str(hash))
            return super().verify(hash, password)

    monkeypatch.setattr(passwords, "_hasher", lambda: Watching(1, 8, 1))
    for name in ("anna", "ben", "nobody"):
        accounts.sign_in(name, "a wrong password")
    assert len(held) == 3
    assert held[1] == held[2] != held[0]


def test_not_even_the_password_of_nobody_signs_in():
    assert not passwords.holds("", "\0" * passwords.SHORTEST)


def test_a_hash_of_other_parameters_is_made_anew_by_signing_in(accounts: Accounts, monkeypatch: pytest.MonkeyPatch):
    join(accounts, "anna")
    before = accounts.everyone()[0].password
    accounts.sign_in("anna", WORDS)
    assert accounts.everyone()[0].password == before
    monkeypatch.setattr(passwords, "_hasher", lambda: PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    assert accounts.sign_in("anna", "a wrong password") is None
    assert accounts.everyone()[0].password == before
    accounts.sign_in("anna", WORDS)
    assert "m=16,t=2" in accounts.everyone()[0].password
    assert accounts.sign_in("anna", WORDS) is not None


def test_passwords_are_hashed_by_argon2id_as_its_package_recommends(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.undo()
    kept = passwords.hashed(WORDS)
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert passwords.holds(kept, WORDS)
    assert not passwords.holds("not a hash", WORDS)


# --- names ---


@pytest.mark.parametrize("taken", ["anna", "ANNA", " Anna ", "ａnna"])
def test_a_name_is_taken_however_it_is_written(accounts: Accounts, taken: str):
    join(accounts, "Anna")
    with pytest.raises(DecisionError, match="is taken"):
        join(accounts, taken)


@pytest.mark.parametrize(
    "name", ["", "   ", "x" * 41, "an\u200bna", "anna\u202e", "a\x00b", "a\x1bb", "\ud800", "Consensus", "machine"]
)
def test_a_name_that_cannot_be_told_is_refused_and_the_invitation_stays(accounts: Accounts, name: str):
    invited = accounts.invite(Role.CODER)
    with pytest.raises(DecisionError):
        accounts.accept(invited.token, name, WORDS)
    assert accounts.everyone() == ()
    accounts.accept(invited.token, "x" * 40, WORDS)


def test_a_name_under_which_decisions_stand_is_for_whom_an_owner_invites_by_it(project: Project):
    decide(project, "anna")
    with pytest.raises(DecisionError, match="There are decisions"):
        join(project.accounts, "Anna")
    token = project.accounts.invite(account="anna").token
    assert project.accounts.accept(token, "somebody else", WORDS).name == "anna"


def test_a_name_that_somebody_is_invited_by_is_taken(accounts: Accounts):
    token = accounts.invite(Role.OWNER, account="Anna").token
    with pytest.raises(DecisionError, match="is taken"):
        join(accounts, "anna")
    assert accounts.accept(token, "", WORDS).role is Role.OWNER


# --- invitations ---


def test_an_invitation_makes_one_account(accounts: Accounts):
    token = accounts.invite(Role.CODER).token
    accounts.accept(token, "anna", WORDS)
    with pytest.raises(DecisionError, match="has been used"):
        accounts.accept(token, "ben", WORDS)
    assert [one.name for one in accounts.everyone()] == ["anna"]


def test_an_invitation_expires_after_a_week(accounts: Accounts):
    token = accounts.invite(Role.CODER).token
    accounts.clock = lambda: NOON + WEEK - timedelta(seconds=1)
    assert accounts.invitation(token).role is Role.CODER
    assert len(accounts.invitations()) == 1
    accounts.clock = lambda: NOON + WEEK
    assert accounts.invitations() == ()
    with pytest.raises(DecisionError, match="expired on 2026-03-08"):
        accounts.accept(token, "anna", WORDS)


@pytest.mark.parametrize("token", ["", "x", "\ud800", "' OR 1=1 --"])
def test_a_token_that_nobody_was_given_is_refused(accounts: Accounts, token: str):
    accounts.invite(Role.OWNER)
    with pytest.raises(DecisionError, match="no such invitation"):
        accounts.accept(token, "anna", WORDS)


def test_a_name_that_is_taken_leaves_the_invitation_as_it_was(accounts: Accounts):
    join(accounts, "anna")
    token = accounts.invite(Role.CODER).token
    with pytest.raises(DecisionError):
        accounts.accept(token, "anna", "another password")
    assert accounts.sign_in("anna", WORDS) is not None
    assert accounts.accept(token, "ben", WORDS).name == "ben"


@pytest.mark.parametrize("role", [Role.CODER, Role.ADJUDICATOR, Role.READER])
def test_only_an_owner_invites_and_closes(accounts: Accounts, role: Role):
    join(accounts, "olga", Role.OWNER)
    join(accounts, "anna", role, by="olga")
    with pytest.raises(DecisionError, match="no owner"):
        accounts.invite(Role.OWNER, by="anna")
    with pytest.raises(DecisionError, match="no owner"):
        accounts.close("olga", by="anna")
    assert accounts.close("anna", by="olga").closed


def test_an_invitation_by_name_gives_a_new_password_and_keeps_the_role(accounts: Accounts):
    join(accounts, "Olga", Role.OWNER)
    first, second = accounts.invite(account="olga"), accounts.invite(account="OLGA")
    assert second.invitation.role is Role.OWNER
    with pytest.raises(DecisionError, match="no such invitation"):
        accounts.accept(first.token, "", "a newer password")
    accounts.accept(second.token, "", "a newer password")
    assert accounts.sign_in("olga", WORDS) is None
    assert accounts.sign_in("olga", "a newer password") is not None


# --- closing ---


def test_a_closed_account_keeps_its_decisions_and_its_name_and_signs_nobody_in(project: Project):
    accounts = project.accounts
    join(accounts, "olga", Role.OWNER)
    join(accounts, "anna")
    decide(project, "anna")
    assert accounts.close("Anna", by="olga").closed
    assert accounts.sign_in("anna", WORDS) is None
    assert [one.coder for one in project.decisions()] == ["anna"]
    with pytest.raises(DecisionError, match="is taken"):
        join(accounts, "anna")
    with pytest.raises(DecisionError, match="no open account"):
        accounts.close("anna")


def test_a_closed_account_is_opened_by_an_invitation_with_its_name(accounts: Accounts):
    join(accounts, "olga", Role.OWNER)
    join(accounts, "anna")
    accounts.close("anna")
    accounts.accept(accounts.invite(account="anna").token, "", "a newer password")
    assert accounts.sign_in("anna", "a newer password") is not None


def test_invitations_by_and_for_a_closed_account_are_void(accounts: Accounts):
    join(accounts, "olga", Role.OWNER)
    join(accounts, "otto", Role.OWNER)
    tokens = [accounts.invite(Role.OWNER, by="olga").token, accounts.invite(account="olga").token]
    kept = accounts.invite(Role.CODER, by="otto").token
    accounts.close("olga", by="otto")
    for token in tokens:
        with pytest.raises(DecisionError, match="no such invitation"):
            accounts.invitation(token)
    assert accounts.invitation(kept).made_by == "otto"
    with pytest.raises(DecisionError, match="no owner"):
        accounts.invite(Role.CODER, by="olga")


def test_the_last_owner_stays_an_owner(accounts: Accounts):
    join(accounts, "olga", Role.OWNER)
    with pytest.raises(DecisionError, match="only owner"):
        accounts.close("olga")
    with pytest.raises(DecisionError, match="only owner"):
        accounts.accept(accounts.invite(Role.READER, account="olga").token, "", WORDS)
    join(accounts, "otto", Role.OWNER)
    assert accounts.close("olga").closed


def test_two_programs_cannot_use_one_invitation(project: Project):
    token = project.accounts.invite(Role.CODER).token
    with Project(project.path) as other:
        other.accounts.clock = lambda: NOON
        found = other.accounts.invitation(token)
        project.accounts.accept(token, "anna", WORDS)
        assert found.used_by == ""
        with pytest.raises(DecisionError, match="has been used"):
            other.accounts.accept(token, "ben", WORDS)


def test_the_file_itself_holds_one_account_for_a_name(project: Project):
    join(project.accounts, "anna")
    with sqlite3.connect(project.path) as raw, pytest.raises(sqlite3.IntegrityError):
        raw.execute("INSERT INTO accounts VALUES ('Anna', 'anna', 'owner', '', '', 0)")
    raw.close()


def test_opening_a_project_does_not_import_argon2():
    code = "import sys, themes.project, themes.pipeline.teaming; print('argon2' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
