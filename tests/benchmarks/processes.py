"""The program as a person starts it: a process of its own, timed from outside."""

from __future__ import annotations

import filecmp
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from themes.project import FILE_NAME, Made, Project

THEMES = (sys.executable, "-m", "themes")
CACHE = Path("cache") / "vectors.sqlite"
REPORT = "report"


@dataclass(frozen=True)
class Ended:
    """A process that ended: how long it took, the most memory that it held, and what it printed."""

    exit_code: int
    seconds: float
    peak_mib: float
    output: str


def cold(command: Sequence[str], kill_when: Callable[[], bool] | None = None) -> Ended:
    """The command run to its end, or killed as soon as `kill_when`, asked every few milliseconds, says so."""
    with tempfile.TemporaryFile() as printed:
        began = time.perf_counter()
        process = subprocess.Popen(command, stdout=printed, stderr=subprocess.STDOUT)
        if kill_when is not None:
            _wait_and_kill(process.pid, kill_when)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)  # it was waited for here, not by subprocess
        printed.seek(0)
        output = printed.read().decode("utf-8", "replace")
    return Ended(process.returncode, seconds, usage.ru_maxrss / 1024, output)


def _wait_and_kill(pid: int, kill_when: Callable[[], bool]) -> None:
    """Kills the process when it is time, unless it ends before; it is left to be waited for."""
    while os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        if kill_when():
            os.kill(pid, signal.SIGKILL)
            return
        time.sleep(0.005)


@dataclass(frozen=True)
class Ran:
    """A run of a study, and what it says that it did."""

    ended: Ended
    told: dict[str, Any]

    def number(self, stage: str, pattern: str) -> int:
        """The number in what the stage says that it did, 0 where nothing had changed."""
        step = next(step for step in self.told["steps"] if step["stage"] == stage)
        if not step["done"] or step["words"].startswith("nothing new"):
            return 0
        found = re.search(pattern, step["words"])
        assert found, step["words"]
        return int(found[1].replace(",", ""))

    @property
    def files_read(self) -> int:
        """Source files that were opened."""
        return self.number("ingest", r"([\d,]+) of [\d,]+ files? read")

    @property
    def texts_encoded(self) -> int:
        """Texts that the cache of vectors did not have."""
        return self.number("embed", r"([\d,]+) texts encoded")


def run(study: Path) -> Ran:
    """`themes run` on the study, which must succeed."""
    ended = cold([*THEMES, "run", str(study), "--json"])
    assert ended.exit_code == 0, ended.output[-2000:]
    return Ran(ended, json.loads(ended.output))


def run_and_kill(study: Path, cache_bytes: int) -> Ended:
    """`themes run` killed by SIGKILL when the cache of vectors has that size."""
    cache = study / CACHE
    return cold([*THEMES, "run", str(study)], lambda: cache.exists() and cache.stat().st_size >= cache_bytes)


def report_files(study: Path) -> list[str]:
    """Every file of the report, by its path in it."""
    folder = study / REPORT
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def differing(study: Path, other: Path) -> list[str]:
    """The files that one report has and the other lacks or has otherwise, byte by byte."""
    one, two = set(report_files(study)), set(report_files(other))
    _, unequal, unread = filecmp.cmpfiles(study / REPORT, other / REPORT, sorted(one & two), shallow=False)
    return sorted((one ^ two) | {*unequal, *unread})


def made(study: Path) -> Made:
    """What the study's project file holds."""
    with Project(study / FILE_NAME) as project:
        return project.made()
