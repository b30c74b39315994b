"""In which arithmetic vectors are made: known without loading anything, and never mixed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from themes import embed
from themes.config import Options
from themes.domain import Problem, Severity, Study
from themes.embed import EmbedOptions, HashingEncoder, VectorCache, arithmetic, conversion, vectors
from themes.embed.arithmetic import Measured
from themes.embed.fidelity import SENTENCES, least_cosine
from themes.errors import OptionError
from themes.pipeline import run, stages
from themes.project import FILE_NAME, Project

CARD = embed.card("all-MiniLM-L6-v2")
HASHING = replace(embed.card("hashing"), window=9000)
OPTIONS = EmbedOptions(device="cpu")


class Named:
    """A hashing encoder with numerics of its own, which remembers what it was asked."""

    def __init__(self, name: str) -> None:
        self.numerics = name
        self.asked: list[list[str]] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked.append(list(texts))
        return HashingEncoder(HASHING.dimensions).encode(texts)


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of the user's that is empty, and a process that has measured nothing."""
    monkeypatch.setattr(conversion, "user_cache_path", lambda name: tmp_path / name)
    monkeypatch.setattr(arithmetic, "_here", {})
    return tmp_path / "themes" / "encoders"


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What `embed` is told of the numerics, to be set; the cache's key is then that of an encoder with files."""
    said = {"name": "a"}
    monkeypatch.setattr(vectors, "numerics", lambda *_: said["name"])
    monkeypatch.setattr(vectors, "_key", lambda _, used: f"key {used}")
    return said


def record(own: Path, **said: object) -> None:
    path = arithmetic._record(CARD, OPTIONS)
    assert path.parent == own
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(said))


def test_what_was_never_measured_has_no_name_and_what_was_is_read_from_its_record(own: Path) -> None:
    assert arithmetic.numerics(CARD, OPTIONS) == ""
    record(own, engine="OpenVINO", precision="bf16")
    assert arithmetic.numerics(CARD, OPTIONS).startswith("OpenVINO 20")
    assert arithmetic.numerics(CARD, OPTIONS).endswith(", bf16")
    assert arithmetic.notice(CARD, OPTIONS) is None
    assert arithmetic.numerics(CARD, replace(OPTIONS, precision="exact")) == ""
    assert arithmetic.numerics(replace(CARD, prefix="query: "), OPTIONS) == ""


@pytest.mark.parametrize("said", [b"", b"{", b"[1]", b'{"colour": "red"}', b"\xff\xfe"], ids=repr)
def test_a_record_that_cannot_be_read_counts_as_none(said: bytes) -> None:
    path = arithmetic._record(CARD, OPTIONS)
    path.parent.mkdir(parents=True)
    path.write_bytes(said)
    assert arithmetic.numerics(CARD, OPTIONS) == ""


def test_a_record_of_torch_gives_its_reason_as_a_warning(own: Path) -> None:
    record(own, engine="torch", precision="f32", least_cosine=0.5, reason="It strays.")
    assert arithmetic.numerics(CARD, OPTIONS).startswith("torch 2")
    assert arithmetic.numerics(CARD, OPTIONS).endswith(", f32, cpu")
    notice = arithmetic.notice(CARD, OPTIONS)
    assert notice is not None
    assert (notice.severity, notice.where) == (Severity.WARNING, "encoder all-MiniLM-L6-v2")
    assert notice.problem.startswith("It strays. It is run by torch")


def test_what_was_measured_is_remembered_where_the_folder_cannot_be_written(own: Path) -> None:
    own.parent.mkdir()
    own.write_text("a file in the place of the folder")
    arithmetic.remember(CARD, OPTIONS, Measured("OpenVINO", "f32", 1.0))
    assert arithmetic.numerics(CARD, OPTIONS).endswith(", f32")


def test_a_failure_that_may_pass_is_not_written_down_and_another_is(monkeypatch: pytest.MonkeyPatch, own: Path) -> None:
    def fail(error: Exception) -> None:
        def failing(*_: object) -> None:
            raise error

        monkeypatch.setattr(arithmetic, "_nearest", failing)

    fail(OSError(28, "No space left on device", "somebody/cache"))
    found = arithmetic.measure(CARD, Path(), OPTIONS)
    assert found.engine == "torch"
    assert "cannot be run by OpenVINO (No space left on device)." in found.reason
    assert not own.exists()
    fail(RuntimeError("Unknown operation\n  " + "x" * 900))
    found = arithmetic.measure(CARD, Path(), OPTIONS)
    assert len(found.reason) < 300
    assert "Unknown operation xxx" in found.reason
    assert [path.suffix for path in own.iterdir()] == [".json"]


@pytest.mark.parametrize(
    ("device", "there", "expected"),
    [("auto", True, "cuda"), ("cuda", False, "cuda"), ("cpu", True, ""), ("auto", False, "")],
)
def test_a_gpu_is_torchs(monkeypatch: pytest.MonkeyPatch, device: str, there: bool, expected: str) -> None:
    monkeypatch.setattr(arithmetic, "_gpu", lambda: there)
    name = arithmetic.numerics(CARD, EmbedOptions(device=device))
    assert name.rpartition(", ")[2] == expected
    assert name.startswith("torch ") == bool(expected)


def test_without_a_driver_there_is_no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise OSError(name)

    monkeypatch.setattr(arithmetic.ctypes, "CDLL", missing)
    assert arithmetic._devices() == 0


def test_vectors_of_other_numerics_are_not_taken_from_the_cache(tmp_path: Path, taken: dict[str, str]) -> None:
    with VectorCache(tmp_path / "v") as cache:
        for name, n_encoded in (("a", 1), ("b", 1), ("a", 0)):
            taken["name"] = name
            encoder = Named(name)
            embed.embed(["x"], HASHING, lambda encoder=encoder: encoder, cache, OPTIONS)  # type: ignore[misc]
            assert len(encoder.asked) == n_encoded
        assert len(cache) == 2


def test_numerics_that_only_loading_tells_still_find_their_vectors(tmp_path: Path, taken: dict[str, str]) -> None:
    with VectorCache(tmp_path / "v") as cache:
        embed.embed(["x", "y"], HASHING, lambda: Named("a"), cache, OPTIONS)
        for said in ("", "b"):  # not measured yet; and expected to be others than they turn out to be
            taken["name"] = said
            encoder = Named("a")
            embed.embed(["y", "x", said + "z"], HASHING, lambda encoder=encoder: encoder, cache, OPTIONS)  # type: ignore[misc]
            assert encoder.asked == [[said + "z"]]


def test_the_key_of_the_cache_tells_numerics_apart() -> None:
    assert vectors._key(CARD, "a") != vectors._key(CARD, "b")


def test_a_batch_holds_no_more_pieces_than_take_about_a_second() -> None:
    texts = [f"{number} " + "word " * (number * 20) for number in range(60)]
    encoder = Named("")
    embed.embed(texts, HASHING, lambda: encoder, None, EmbedOptions(batch_size=40))
    assert [text for batch in encoder.asked for text in batch] == texts
    sizes = [sum(len(text.split()) for text in batch) for batch in encoder.asked]
    assert len(sizes) > 4
    assert max(sizes) <= vectors.PIECES
    assert max(map(len, encoder.asked)) <= 40


def test_the_sentences_of_the_fidelity_test_are_of_many_lengths_and_scripts() -> None:
    assert len(set(SENTENCES)) == len(SENTENCES) >= 28
    assert {len(text.split()) // 30 for text in SENTENCES} >= {0, 1, 2, 4}
    assert sum(not text.isascii() for text in SENTENCES) > 8


@pytest.mark.parametrize(
    ("given", "cosine"),
    [
        pytest.param([[2, 0], [0, 3]], 1.0, id="same directions"),
        pytest.param([[1, 0], [3, 4]], 0.8, id="the furthest counts"),
        pytest.param([[1, 0], [0, 0]], -1.0, id="no direction"),
        pytest.param([[1, 0], [0, float("nan")]], -1.0, id="no number"),
        pytest.param([[1, 0]], -1.0, id="a row too few"),
    ],
)
def test_the_least_cosine_is_that_of_the_furthest_pair(given: list[list[float]], cosine: float) -> None:
    assert least_cosine(np.array(given, np.float32), np.eye(2, dtype=np.float32)) == pytest.approx(cosine)


def test_an_unknown_precision_is_refused_and_the_nearest_is_named() -> None:
    with pytest.raises(OptionError, match=r"embed\.precision is 'exakt', not one of fast, exact") as caught:
        EmbedOptions(precision="exakt")
    assert caught.value.remedy == 'Write "exact".'


def test_a_run_writes_its_numerics_into_the_provenance(small_study: Path) -> None:
    run(small_study)
    with Project(small_study / FILE_NAME, read_only=True) as project:
        assert project.provenance()["numerics"] == "hashing"


def test_why_the_encoder_is_not_run_in_the_quickest_way_is_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Problem(Severity.WARNING, "encoder hashing", "It strays.", "Nothing has to be done.")
    monkeypatch.setattr(stages, "notice", lambda *_: slow)
    encoding = stages.Encoding(Study(tmp_path, "T"), Options(), embed.card("hashing"))
    encoding.vectors(["one", "two"])
    encoding.vectors(["three"])
    assert encoding.problems == [slow]
    assert encoding.numerics == "hashing"
