"""SetFit, which fine-tunes the encoder, beside suggestions that learn: what two cores can do of it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import numpy as np
import platformdirs
import pytest

from tests.benchmarks.learned_sets import LEARNED_SETS
from tests.benchmarks.learning import Case, case_of, learnt, ours
from tests.benchmarks.methods import Space
from tests.benchmarks.peers import PEERS
from tests.benchmarks.tables import DOCS, rewrite, write_rows
from tests.un_study import DATA
from themes.embed import card, locate

HERE = (DATA / "napire2018").is_dir()
SETS, BUDGETS, STEPS = ("napire2018",), (0, 20, 100), 25
OURS, SETFIT = "themes", "SetFit"
Row = tuple[str, str, str, int, str, float]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    """Ours and SetFit on one division of each set; docs/benchmarks/setfit.csv and the page are written."""
    if not HERE:
        pytest.skip("the coded data sets are not beside the project")
    if not PEERS.exists():
        pytest.skip("SetFit has an environment of its own: make bench-peers, and pip install setfit there")
    cache = platformdirs.user_cache_path("themes") / "benchmarks"
    cache.mkdir(parents=True, exist_ok=True)
    rows: list[Row] = []
    with Space(cache / "vectors.sqlite") as space:
        for name in SETS:
            case = case_of(LEARNED_SETS[name](DATA), 0, space)
            for budget in BUDGETS:
                folder = tmp_path_factory.mktemp("setfit")
                for method, scores in ((OURS, ours(case, budget)), (SETFIT, fine_tuned(case, budget, folder))):
                    one = asdict(learnt(scores, case.gold[case.held_out], probabilities=False))
                    rows += (
                        ("setfit", name, method, budget, metric, value)
                        for metric, value in one.items()
                        if value is not None
                    )
    write_rows(DOCS / "setfit.csv", rows)
    rewrite()
    return rows


def fine_tuned(case: Case, budget: int, folder: Path) -> np.ndarray:
    """SetFit's scores, from a process and an environment of its own."""
    model, script = locate(card("all-MiniLM-L6-v2")), Path(__file__).with_name("setfit_peer.py")
    rows, known = case.taught(budget)
    told = {
        "texts": [case.texts[row] for row in rows],
        "known": known.tolist(),
        "asked": [case.texts[row] for row in case.held_out],
    }
    (folder / "given.json").write_text(json.dumps(told), encoding="utf-8")
    command = [str(PEERS), str(script), str(model), str(folder / "given.json"), str(folder / "scores.npy"), str(STEPS)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=os.environ)
    assert done.returncode == 0, done.stderr[-2000:]
    return np.load(folder / "scores.npy")


def test_ours_is_first_at_every_budget(found: list[Row]):
    def right(method: str) -> Iterator[float]:
        yield from (value for _, _, one, _, metric, value in found if (one, metric) == (method, "precision_at_1"))

    assert all(ours >= theirs for ours, theirs in zip(right(OURS), right(SETFIT), strict=True))
