"""How often somebody may try to sign in, and who is signed in."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themes.domain import Role
from themes.web.signing_in import FREE_FOR_ADDRESS, FREE_FOR_NAME, IDLE, WINDOW, Attempts, Sessions


class Clock:
    """A clock that stands still until somebody sets it on."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def attempts(clock: Clock) -> Attempts:
    return Attempts(clock)


def fail(attempts: Attempts, times: int, name: str = "anna", address: str = "10.0.0.1") -> None:
    for number in range(times):
        assert attempts.begin(name, address) == 0, number


def test_five_failures_are_free_and_the_sixth_try_waits_a_second(attempts: Attempts, clock: Clock):
    fail(attempts, FREE_FOR_NAME)
    assert attempts.begin("anna", "10.0.0.2") == pytest.approx(1)
    clock.now += 1
    assert attempts.begin("anna", "10.0.0.2") == 0


def test_the_wait_doubles_up_to_a_quarter_of_an_hour(attempts: Attempts, clock: Clock):
    fail(attempts, FREE_FOR_NAME)
    waits = []
    for number in range(13):
        waits.append(attempts.begin("anna", f"10.0.1.{number}"))
        clock.now += waits[-1]
        assert attempts.begin("anna", f"10.0.1.{number}") == 0
    assert waits == pytest.approx([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900])


def test_a_try_that_is_not_let_through_does_not_lengthen_the_wait(attempts: Attempts, clock: Clock):
    fail(attempts, FREE_FOR_NAME)
    for _ in range(50):
        attempts.begin("anna", "10.0.0.2")
    clock.now += 1
    assert attempts.begin("anna", "10.0.0.2") == 0


def test_an_address_that_tries_many_names_waits_too(attempts: Attempts):
    for number in range(FREE_FOR_ADDRESS):
        fail(attempts, 1, f"name {number}")
    assert attempts.begin("somebody else", "10.0.0.1") == pytest.approx(1)
    assert attempts.begin("somebody else", "10.0.0.2") == 0


def test_success_clears_the_name_and_gives_the_address_its_try_back(attempts: Attempts):
    fail(attempts, 4)
    fail(attempts, 1)
    attempts.succeeded("anna", "10.0.0.1")
    fail(attempts, FREE_FOR_NAME)
    assert attempts.begin("anna", "10.0.0.3") > 0
    for number in range(FREE_FOR_ADDRESS - 9):
        fail(attempts, 1, f"name {number}")
    assert attempts.begin("another", "10.0.0.1") > 0


def test_people_behind_one_address_who_sign_in_do_not_lock_it(attempts: Attempts):
    for number in range(5 * FREE_FOR_ADDRESS):
        fail(attempts, 1, f"name {number}")
        attempts.succeeded(f"name {number}", "10.0.0.1")
    assert attempts.begin("anna", "10.0.0.1") == 0


def test_failures_are_forgotten_after_a_quarter_of_an_hour(attempts: Attempts, clock: Clock):
    fail(attempts, FREE_FOR_NAME - 1)
    clock.now += WINDOW + 1
    fail(attempts, FREE_FOR_NAME, address="10.0.0.9")
    assert attempts.begin("anna", "10.0.0.10") > 0


def test_who_waits_as_told_gets_no_new_free_tries(attempts: Attempts, clock: Clock):
    fail(attempts, FREE_FOR_NAME)
    for number in range(30):
        clock.now += attempts.begin("anna", f"10.0.2.{number}")
        fail(attempts, 1, address=f"10.0.2.{number}")
        assert attempts.begin("anna", "10.0.3.1") > 0


@pytest.mark.parametrize("name", ["ANNA", "  anna ", "ａｎｎａ"])
def test_a_name_is_the_same_however_it_is_written(attempts: Attempts, name: str):
    fail(attempts, FREE_FOR_NAME)
    assert attempts.begin(name, "10.0.0.2") > 0


def test_many_tries_at_once_are_not_all_let_through(attempts: Attempts):
    let_through: list[float] = []
    threads = [
        threading.Thread(target=lambda: let_through.append(attempts.begin("anna", "10.0.0.1"))) for _ in range(40)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert let_through.count(0) == FREE_FOR_NAME


def test_memory_is_bounded_and_the_longest_untried_are_forgotten(clock: Clock):
    attempts = Attempts(clock, most=10)
    fail(attempts, FREE_FOR_NAME, "anna", "10.0.0.1")
    for number in range(100):
        fail(attempts, 1, f"name {number}", f"10.1.0.{number}")
        assert len(attempts) <= 10
    assert attempts.begin("anna", "10.0.0.1") == 0


@given(st.lists(st.tuples(st.sampled_from(["a", "b"]), st.floats(0, 2000), st.booleans()), max_size=60))
def test_no_wait_is_longer_than_a_quarter_of_an_hour(tries: list[tuple[str, float, bool]]):
    clock = Clock()
    attempts = Attempts(clock)
    for name, later, right in tries:
        clock.now += later
        wait = attempts.begin(name, "10.0.0.1")
        assert 0 <= wait <= WINDOW
        if wait == 0 and right:
            attempts.succeeded(name, "10.0.0.1")


# --- sessions ---


@pytest.fixture
def sessions(clock: Clock) -> Sessions:
    return Sessions(clock)


def test_a_session_is_found_by_its_secret_and_counts_as_seen(sessions: Sessions, clock: Clock):
    begun = sessions.begin("anna", Role.CODER)
    clock.now += 60
    found = sessions.find(begun.id)
    assert found is not None
    assert (found.name, found.role, found.created, found.seen) == ("anna", Role.CODER, 1000, 1060)
    assert sessions.find("another") is None


def test_every_session_has_a_secret_of_its_own(sessions: Sessions):
    secrets = {sessions.begin(f"anna {number}", Role.CODER).id for number in range(100)}
    assert len(secrets) == 100
    assert min(map(len, secrets)) >= 43


def test_a_session_ends_after_twelve_idle_hours_and_not_before(sessions: Sessions, clock: Clock):
    begun = sessions.begin("anna", Role.CODER)
    for _ in range(5):
        clock.now += IDLE - 1
        assert sessions.find(begun.id) is not None
    clock.now += IDLE
    assert sessions.find(begun.id) is None
    assert len(sessions) == 0


def test_signing_out_ends_one_session_and_no_other(sessions: Sessions):
    one, other = sessions.begin("anna", Role.CODER), sessions.begin("anna", Role.CODER)
    sessions.end(one.id)
    sessions.end(one.id)
    assert sessions.find(one.id) is None
    assert sessions.find(other.id) is not None


def test_all_sessions_of_a_closed_account_end(sessions: Sessions):
    theirs = [sessions.begin("anna", Role.CODER) for _ in range(3)]
    other = sessions.begin("ben", Role.OWNER)
    assert sessions.end_all("anna") == 3
    assert [sessions.find(one.id) for one in theirs] == [None] * 3
    assert sessions.find(other.id) is not None


def test_sessions_are_bounded_and_idle_ones_are_dropped(clock: Clock):
    sessions = Sessions(clock, most_each=3)
    begun = []
    for _ in range(5):
        clock.now += 1
        begun.append(sessions.begin("anna", Role.CODER))
    assert [sessions.find(one.id) is not None for one in begun] == [False, False, True, True, True]
    clock.now += IDLE
    sessions.begin("ben", Role.CODER)
    assert len(sessions) == 1
