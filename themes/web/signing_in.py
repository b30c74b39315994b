"""Who is signed in, and how often somebody may try: both forget everything when the program ends."""

from __future__ import annotations

import secrets
import time
import unicodedata
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Lock

from themes.domain import Role

Clock = Callable[[], float]
"""Seconds since some moment, never backwards."""

FREE_FOR_NAME = 5
FREE_FOR_ADDRESS = 20
WINDOW = 15 * 60.0
"""Seconds: failures are forgotten after so long without another one, and no wait is longer."""
IDLE = 12 * 3600.0
"""Seconds after which somebody who did nothing is signed out."""


@dataclass(frozen=True, slots=True)
class _Failures:
    count: int
    last: float


class Attempts:
    """How long to wait before a name or an address may try again.

    After five failures for a name, or twenty from an address, the wait is a second, and twice as long after each more,
    up to a quarter of an hour. So a stranger who knows a name can keep its owner waiting, though no longer than that.
    At most `most` names and addresses are remembered; the longest untried are forgotten first.
    """

    def __init__(self, clock: Clock = time.monotonic, most: int = 10_000) -> None:
        self._clock = clock
        self._most = most
        self._failures: OrderedDict[tuple[str, str], _Failures] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._failures)

    def begin(self, name: str, address: str) -> float:
        """Seconds to wait; 0 lets the attempt through.

        One that is let through counts as failed until `succeeded` says otherwise, so that many at once are not all let
        through before the first has failed.
        """
        with self._lock:
            keys = _keys(name, address)
            wait = max(self._wait(key, free) for key, free in keys)
            if wait <= 0:
                for key, _ in keys:
                    self._count(key)
            return max(wait, 0.0)

    def succeeded(self, name: str, address: str) -> None:
        """The attempt was no failure: the name begins anew, the address gets back what this attempt cost."""
        with self._lock:
            (of_name, _), (of_address, _) = _keys(name, address)
            self._failures.pop(of_name, None)
            known = self._failures.get(of_address)
            if known is not None:
                self._failures[of_address] = replace(known, count=max(0, known.count - 1))

    def _wait(self, key: tuple[str, str], free: int) -> float:
        known = self._known(key)
        if known is None or known.count < free:
            return 0.0
        return known.last + _pause(known.count, free) - self._clock()

    def _known(self, key: tuple[str, str]) -> _Failures | None:
        """What is remembered of a key; nothing after a quarter of an hour in which it might have tried and did not."""
        known = self._failures.get(key)
        if known is None:
            return None
        quiet = WINDOW + _pause(known.count, FREE_FOR_NAME if key[0] == "name" else FREE_FOR_ADDRESS)
        return known if self._clock() - known.last < quiet else None

    def _count(self, key: tuple[str, str]) -> None:
        known = self._known(key)
        self._failures[key] = _Failures(known.count + 1 if known else 1, self._clock())
        self._failures.move_to_end(key)
        while len(self._failures) > self._most:
            self._failures.popitem(last=False)


def _keys(name: str, address: str) -> tuple[tuple[tuple[str, str], int], tuple[tuple[str, str], int]]:
    told = " ".join(unicodedata.normalize("NFKC", name[:100]).casefold().split())
    return (("name", told), FREE_FOR_NAME), (("address", address), FREE_FOR_ADDRESS)


def _pause(count: int, free: int) -> float:
    """The wait after so many failures, of which `free` cost nothing before."""
    return 0.0 if count < free else min(WINDOW, 2.0 ** min(count - free, 20))


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in: `id` is the secret that their browser keeps. `created` and `seen` are times of the clock."""

    id: str
    name: str
    role: Role
    created: float
    seen: float


class Sessions:
    """Who is signed in. Nothing is written down, so a restart signs everybody out.

    `clock` must go on while the computer sleeps. A person may be signed in `most_each` times; the longest idle goes.
    """

    def __init__(self, clock: Clock = time.time, idle: float = IDLE, most_each: int = 20) -> None:
        self._clock = clock
        self._idle = idle
        self._most_each = most_each
        self._sessions: dict[str, Session] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._sessions)

    def begin(self, name: str, role: Role) -> Session:
        """A new session under a new id: what somebody else may have put into the browser before is of no use."""
        now = self._clock()
        session = Session(secrets.token_urlsafe(32), name, role, now, now)
        with self._lock:
            self._sessions = {key: one for key, one in self._sessions.items() if self._lives(one)}
            own = sorted((one for one in self._sessions.values() if one.name == name), key=lambda one: one.seen)
            for old in own[: max(0, len(own) + 1 - self._most_each)]:
                del self._sessions[old.id]
            self._sessions[session.id] = session
        return session

    def find(self, secret: str) -> Session | None:
        """The session of that id, which counts as seen now; None for an unknown one, and one that was idle too long."""
        with self._lock:
            session = self._sessions.get(secret)
            if session is None:
                return None
            if not self._lives(session):
                del self._sessions[secret]
                return None
            self._sessions[secret] = replace(session, seen=self._clock())
            return self._sessions[secret]

    def end(self, secret: str) -> None:
        """Signs out; an unknown id is signed out already."""
        with self._lock:
            self._sessions.pop(secret, None)

    def end_all(self, name: str) -> int:
        """Signs a person out everywhere, as when their account is closed; how often they were signed in."""
        with self._lock:
            theirs = [key for key, one in self._sessions.items() if one.name == name]
            for key in theirs:
                del self._sessions[key]
            return len(theirs)

    def _lives(self, session: Session) -> bool:
        return self._clock() - session.seen < self._idle
