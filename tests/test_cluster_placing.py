"""The map drawn by another process."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from themes.cluster import placing as room
from themes.cluster.adapter import contained
from themes.cluster.neighbours import unit
from themes.cluster.placing import placing
from themes.cluster.reduction import places

STARTED = room._started  # before the tests' own fixture takes it away
ROWS = unit(np.random.default_rng(5).normal(size=(60, 12)).astype(np.float32))


@pytest.mark.slow
def test_the_other_process_draws_the_map_that_this_one_would(monkeypatch) -> None:
    monkeypatch.setattr(room, "_started", STARTED)
    with placing(ROWS, 10, 3) as placed, contained():
        assert np.array_equal(placed(), places(ROWS, 10, 3))


@pytest.mark.parametrize("interpreter", ["/no/python", "/bin/false"])
def test_where_no_other_process_answers_the_map_is_drawn_here(interpreter: str, monkeypatch) -> None:
    drawn: list[int] = []
    monkeypatch.setattr(room, "_started", STARTED)
    monkeypatch.setattr(sys, "executable", interpreter)
    monkeypatch.setattr(room, "places", lambda units, *_: drawn.append(len(units)) or np.ones((len(units), 2)))
    with placing(ROWS, 10, 3) as placed:
        assert placed().shape == (60, 2)
    assert drawn == [60]


def test_an_error_meanwhile_leaves_no_process_behind(monkeypatch) -> None:
    started: list[subprocess.Popen[bytes]] = []
    monkeypatch.setattr(room, "_started", lambda *numbers: started.append(STARTED(*numbers)) or started[0])
    with pytest.raises(KeyboardInterrupt), placing(ROWS, 10, 3):
        raise KeyboardInterrupt
    assert started[0].poll() is not None


def test_a_few_rows_need_no_other_process(monkeypatch) -> None:
    monkeypatch.setattr(room, "_started", lambda *_: pytest.fail("started"))
    with placing(ROWS[:8], 10, 3) as placed:
        assert placed().shape == (8, 2)
