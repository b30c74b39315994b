"""The map of the segments, drawn by another process while this one seeks the themes.

UMAP takes longer to be imported than a small study takes to be divided, and holds the interpreter while it draws.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from threading import Thread

import numpy as np
from numpy.typing import NDArray

from themes.cluster.adapter import contained
from themes.cluster.neighbours import Floats
from themes.cluster.reduction import FEW, places

_ROOT = Path(__file__).resolve().parents[2]
_ACT = "from themes.cluster.placing import answer; answer()"


@contextmanager
def placing(units: Floats, neighbours: int, seed: int) -> Iterator[Callable[[], NDArray[np.float32]]]:
    """The map of `places`, begun at once; calling what is given waits for it. Nothing is left running afterwards.

    Where no other process can be started, or it fails, the map is drawn here when it is asked for: the same one.
    """

    def here() -> NDArray[np.float32]:
        with contained():
            return places(units, neighbours, seed)

    process = _started(neighbours, seed) if len(units) >= FEW else None
    if process is None:
        yield here
        return
    answers: list[bytes] = []
    talk = Thread(target=lambda: answers.append(process.communicate(_packed(units))[0]), daemon=True)
    talk.start()

    def waited() -> NDArray[np.float32]:
        talk.join()
        return _unpacked(answers[0]) if process.returncode == 0 and answers else here()

    try:
        yield waited
    finally:
        process.kill()
        talk.join()


def answer() -> None:
    """The other process: vectors come in, their places go out, as numpy writes arrays."""
    numbers, given = sys.argv[1:], sys.stdin.buffer.read()
    out, sys.stdout = sys.stdout.buffer, sys.stderr
    out.write(_packed(places(_unpacked(given), *map(int, numbers))))


def _started(neighbours: int, seed: int) -> subprocess.Popen[bytes] | None:
    """The other process, which finds the same packages as this one and none in the folder it is started from."""
    path = os.pathsep.join([str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    try:
        return subprocess.Popen(  # noqa: S603  our own interpreter and our own words
            [sys.executable, "-P", "-c", _ACT, str(neighbours), str(seed)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": path},
        )
    except OSError:
        return None


def _packed(rows: NDArray[np.float32]) -> bytes:
    written = BytesIO()
    np.save(written, rows, allow_pickle=False)
    return written.getvalue()


def _unpacked(written: bytes) -> NDArray[np.float32]:
    rows: NDArray[np.float32] = np.load(BytesIO(written), allow_pickle=False)
    return rows
