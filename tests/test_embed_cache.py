"""The cache of vectors: kept through kills, damage, full disks and folders that cannot be written."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from themes.embed import VectorCache
from themes.errors import ProjectError

WRITER = """
import sys
from pathlib import Path
import numpy as np
from themes.embed import VectorCache
cache = VectorCache(Path(sys.argv[1]))
for number in range(100_000):
    cache.put("e", [f"{number}-{row}" for row in range(32)], np.full((32, 384), number, dtype=np.float32))
    print(number, flush=True)
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "vectors.sqlite"


def vectors_of(n: int, dimensions: int = 4) -> NDArray[np.float32]:
    return np.random.default_rng(n).normal(size=(n, dimensions)).astype(np.float32)


def found(cache: VectorCache, texts: list[str], encoder: str = "e", dimensions: int = 4) -> dict[str, bytes]:
    return {text: vector.tobytes() for part in cache.get(encoder, texts, dimensions) for text, vector in part}


@settings(deadline=None, max_examples=30)
@given(st.lists(st.text(st.characters(exclude_categories=())), unique=True, max_size=20))
def test_what_was_put_is_got_bit_for_bit_whatever_the_text(texts: list[str]) -> None:
    vectors = vectors_of(len(texts))
    with tempfile.TemporaryDirectory() as folder, VectorCache(Path(folder) / "v.sqlite") as cache:
        cache.put("e", texts, vectors)
        assert found(cache, texts) == {text: row.tobytes() for text, row in zip(texts, vectors, strict=True)}


def test_vectors_outlast_the_process_and_are_kept_apart_by_encoder(file: Path) -> None:
    with VectorCache(file) as cache:
        cache.put("e", ["a", "b"], vectors_of(2))
    with VectorCache(file) as cache:
        assert set(found(cache, ["a", "b", "c"])) == {"a", "b"}
        assert found(cache, ["a"], encoder="other") == {}
        assert found(cache, ["a"], dimensions=5) == {}
        assert len(cache) == 2
        assert cache.set_aside is None


def test_more_texts_than_one_question_to_sqlite_holds_are_found(file: Path) -> None:
    texts = [str(number) for number in range(1203)]
    with VectorCache(file) as cache:
        cache.put("e", texts, vectors_of(1203))
        assert len(found(cache, texts)) == 1203


def test_the_texts_themselves_are_not_in_the_file(file: Path) -> None:
    with VectorCache(file) as cache:
        cache.put("e", ["the witness asked not to be quoted"], vectors_of(1))
    assert b"witness" not in file.read_bytes()


def test_a_kill_at_any_moment_costs_at_most_the_batch_in_hand(file: Path) -> None:
    root = Path(__file__).parents[1]
    environment = os.environ | {"PYTHONPATH": str(root)}
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(file)], stdout=subprocess.PIPE, text=True, env=environment
    )
    assert writer.stdout is not None
    said = [writer.stdout.readline() for _ in range(7)]
    writer.send_signal(signal.SIGKILL)
    said += writer.stdout.readlines()
    writer.stdout.close()
    writer.wait()
    finished = len([line for line in said if line.endswith("\n")])
    with VectorCache(file) as cache:
        assert cache.set_aside is None
        assert len(cache) in (32 * finished, 32 * (finished + 1))
        texts = [f"{number}-{row}" for number in range(finished) for row in range(32)]
        assert len(found(cache, texts, dimensions=384)) == 32 * finished


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda file: file.write_bytes(b"not a database at all" * 50), id="not a database"),
        pytest.param(lambda file: file.write_bytes(file.read_bytes()[:100] + b"\x07" * 4000), id="damaged"),
        pytest.param(lambda file: file.write_bytes(file.read_bytes()[:5000]), id="cut short"),
    ],
)
def test_a_damaged_file_is_set_aside_and_a_new_one_begun(file: Path, spoil: object) -> None:
    with VectorCache(file) as cache:
        cache.put("e", [str(number) for number in range(200)], vectors_of(200))
    spoil(file)  # type: ignore[operator]  # a function of the file
    spoilt = file.read_bytes()
    with VectorCache(file) as cache:
        assert found(cache, ["7"]) == {}
        cache.put("e", ["a"], vectors_of(1))
        assert set(found(cache, ["a"])) == {"a"}
        assert cache.set_aside == file.with_name("vectors.sqlite.damaged-1")
    assert file.with_name("vectors.sqlite.damaged-1").read_bytes() == spoilt


def test_another_programs_database_is_set_aside_unharmed(file: Path) -> None:
    file.parent.mkdir()
    with sqlite3.connect(file) as other:
        other.execute("CREATE TABLE mine (x)")
    other.close()
    file.with_name("vectors.sqlite.damaged-1").write_text("from before")
    with VectorCache(file) as cache:
        assert len(cache) == 0
        assert cache.set_aside == file.with_name("vectors.sqlite.damaged-2")
    with sqlite3.connect(file.with_name("vectors.sqlite.damaged-2")) as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("mine",)]
    other.close()


def test_damage_found_while_reading_or_writing_costs_the_old_vectors_but_not_the_run(file: Path) -> None:
    with VectorCache(file) as cache:
        cache.put("e", [str(number) for number in range(2000)], vectors_of(2000))
        size = file.stat().st_size
        with file.open("r+b") as stream:
            stream.seek(4096)
            stream.write(b"\xff" * (size - 4096))
        cache._connection.execute("PRAGMA shrink_memory")
        assert found(cache, ["7", "8"]) == {}
        cache.put("e", ["a"], vectors_of(1))
        assert set(found(cache, ["a"])) == {"a"}
        assert cache.set_aside is not None


def test_a_row_whose_bytes_changed_is_not_known_and_is_replaced(file: Path) -> None:
    with VectorCache(file) as cache:
        cache.put("e", ["a", "b"], vectors_of(2))
        cache._connection.execute("UPDATE vectors SET vector = zeroblob(16) WHERE rowid = 1")
        cache._connection.commit()
        assert set(found(cache, ["a", "b"])) == {"b"}
        cache.put("e", ["a"], vectors_of(1))
        assert set(found(cache, ["a", "b"])) == {"a", "b"}


def test_an_empty_file_as_a_kill_may_leave_it_is_begun(file: Path) -> None:
    file.parent.mkdir()
    file.touch()
    with VectorCache(file) as cache:
        assert len(cache) == 0
        assert cache.set_aside is None


def test_a_full_disk_is_a_project_error_and_keeps_what_was_put(file: Path) -> None:
    with VectorCache(file) as cache:
        cache.put("e", ["a"], vectors_of(1))
        pages = cache._connection.execute("PRAGMA page_count").fetchone()[0]
        cache._connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(ProjectError, match="disk is full") as caught:
            cache.put("e", [str(number) for number in range(500)], vectors_of(500))
        assert "Make room" in caught.value.remedy
        assert len(cache) == 1


def test_a_folder_that_cannot_be_written_is_a_project_error(file: Path) -> None:
    file.parent.touch()
    with pytest.raises(ProjectError, match=r"vectors\.sqlite.*cannot be written") as caught:
        VectorCache(file)
    assert "writable" in caught.value.remedy


def test_a_file_that_cannot_be_written_still_gives_its_vectors(file: Path) -> None:
    with VectorCache(file) as cache:
        cache.put("e", ["a"], vectors_of(1))
        cache._connection.execute("PRAGMA query_only = 1")  # as root, no folder is read-only
        assert set(found(cache, ["a"])) == {"a"}
        with pytest.raises(ProjectError, match="cannot be written") as caught:
            cache.put("e", ["b"], vectors_of(1))
        assert "writable" in caught.value.remedy


def test_a_file_that_another_run_is_writing_is_a_project_error(file: Path) -> None:
    with VectorCache(file) as first, VectorCache(file) as second:
        first._connection.execute("BEGIN EXCLUSIVE")
        second._connection.execute("PRAGMA busy_timeout = 1")
        with pytest.raises(ProjectError, match="Another run"):
            second.put("e", ["a"], vectors_of(1))


def test_two_runs_may_share_the_file(file: Path) -> None:
    with VectorCache(file) as first, VectorCache(file) as second:
        first.put("e", ["a"], vectors_of(1))
        second.put("e", ["a", "b"], vectors_of(2))
        assert set(found(first, ["a", "b"])) == {"a", "b"}
