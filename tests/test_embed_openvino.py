"""Encoders converted for OpenVINO: once, held to the original, and without a word over the network."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from themes import embed
from themes.embed import Card, EmbedOptions, arithmetic, conversion, encoder
from themes.embed.fidelity import BF16, ENOUGH, F32

pytestmark = pytest.mark.slow

FAST, EXACT = EmbedOptions(device="cpu"), EmbedOptions(device="cpu", precision="exact")
TEXTS = ["", "Helicopters.", "The force commander asked for helicopters.", "peace " * 120]
PROCESS = """
import hashlib, json, sys
heard = []
sys.addaudithook(lambda event, _: heard.append(event) if event.startswith("socket.") else None)
from themes import embed
encoder = embed.load(embed.card("tiny"), embed.EmbedOptions(device="cpu"))
vectors = encoder.encode(json.loads(sys.argv[1]))
packages = ("openvino", "openvino_telemetry", "openvino.tools", "sentence_transformers", "torch", "transformers")
print(json.dumps({
    "bytes": hashlib.sha256(vectors.tobytes()).hexdigest(),
    "numerics": encoder.numerics,
    "notice": str(encoder.notice),
    "imported": [name for name in packages if name in sys.modules],
    "sockets": heard,
}))
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers folder with two thin layers of random weights and the default encoder's tokenizer."""
    import torch
    from transformers import BertConfig, BertModel

    folder = tmp_path_factory.mktemp("made") / "tiny"
    source = embed.locate(embed.card("all-MiniLM-L6-v2"))
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__", "*.safetensors"))
    torch.manual_seed(1)
    config = BertConfig(hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64)
    BertModel(config).save_pretrained(folder)
    pooling = json.loads((folder / "1_Pooling" / "config.json").read_text())
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(pooling | {"word_embedding_dimension": 32}))
    return folder


@pytest.fixture
def tiny(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Card:
    """Its card; the user's folders are empty and this process has measured nothing."""
    monkeypatch.setenv("THEMES_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(conversion, "user_cache_path", lambda name: tmp_path / "cache" / name)
    monkeypatch.setattr(arithmetic, "_here", {})
    return embed.add(made)


def started() -> subprocess.Popen[str]:
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    command = [sys.executable, "-c", PROCESS, json.dumps(TEXTS)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


def said(process: subprocess.Popen[str]) -> dict[str, object]:
    """What the process says; it must end well and in silence."""
    printed, errors = process.communicate(timeout=300)
    assert (process.returncode, errors) == (0, "")
    found: dict[str, object] = json.loads(printed)
    return found


def kept(card: Card) -> Iterator[str]:
    return (path.name for path in sorted(conversion.place(card).parent.iterdir()) if path.is_dir())


@pytest.mark.skipif(sys.platform != "linux", reason="the cache folder is set by XDG_CACHE_HOME")
def test_nothing_is_reported_and_the_second_process_needs_neither_torch_nor_a_conversion(tiny: Card) -> None:
    first, *others = (said(started()) for _ in range(4))
    assert "torch" in str(first["imported"])
    assert "openvino_telemetry" not in str(first["imported"])
    assert "openvino.tools" not in str(first["imported"])
    assert first["sockets"] == []
    assert str(first["numerics"]).startswith("OpenVINO ")
    for other in others:
        assert other == first | {"imported": ["openvino"]}
    assert list(kept(tiny)) == [conversion.place(tiny).name]


@pytest.mark.skipif(sys.platform != "linux", reason="the cache folder is set by XDG_CACHE_HOME")
def test_two_runs_that_convert_at_once_both_end_well_with_one_conversion(tiny: Card) -> None:
    one, other = [said(process) for process in [started(), started()]]
    assert one["bytes"] == other["bytes"]
    assert one["notice"] == other["notice"] == "None"
    assert list(kept(tiny)) == [conversion.place(tiny).name]


def test_exact_and_fast_share_a_conversion_and_are_measured_apart(tiny: Card, monkeypatch: pytest.MonkeyPatch) -> None:
    fast = embed.load(tiny, FAST)
    monkeypatch.setattr(conversion, "load_sentence_encoder", None)  # a second conversion would need it
    exact = embed.load(tiny, EXACT)
    assert exact.numerics.endswith(", f32")
    assert embed.numerics(tiny, EXACT) == exact.numerics
    assert embed.numerics(tiny, FAST) == fast.numerics
    assert np.abs(exact.encode(TEXTS) - fast.encode(TEXTS)).max() < 0.02


@pytest.mark.parametrize("damage", ["weights", "checksums"])
def test_a_damaged_conversion_is_set_aside_and_made_anew(tiny: Card, damage: str) -> None:
    expected = embed.load(tiny, EXACT).encode(TEXTS)
    folder = conversion.place(tiny)
    file = folder / {"weights": "model.bin", "checksums": "checksums.json"}[damage]
    spoilt = bytearray(file.read_bytes())
    spoilt[len(spoilt) // 2] ^= 1
    file.write_bytes(spoilt)
    assert np.array_equal(embed.load(tiny, EXACT).encode(TEXTS), expected)
    assert list(kept(tiny)) == [folder.name, f"{folder.name}.damaged-1"]


def test_what_strays_in_bfloat16_is_run_in_32_bits_and_what_strays_there_by_torch(
    tiny: Card, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arithmetic, "runs_bf16", lambda: True)
    monkeypatch.setitem(ENOUGH, BF16, 1.5)
    loaded = embed.load(tiny, FAST)
    assert loaded.numerics.endswith(", f32")
    assert loaded.notice is not None
    assert "in bf16, the encoder tiny strays from the original" in loaded.notice.problem
    monkeypatch.setitem(ENOUGH, F32, 1.5)
    loaded = embed.load(tiny, EXACT)
    assert loaded.numerics.endswith(", f32, cpu")
    assert loaded.notice is not None
    assert loaded.notice == embed.notice(tiny, EXACT)
    assert "in f32, the encoder tiny strays from the original" in loaded.notice.problem


def test_a_model_that_cannot_be_converted_is_run_by_torch_and_the_reason_told(
    tiny: Card, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("no such operation: aten::peace")

    monkeypatch.setattr(conversion, "_graph", fail)
    loaded = embed.load(tiny, FAST)
    assert loaded.numerics.startswith("torch ")
    assert loaded.notice is not None
    assert "cannot be run by OpenVINO (no such operation: aten::peace)" in loaded.notice.problem
    assert list(kept(tiny)) == []
    assert np.allclose(np.linalg.norm(loaded.encode(TEXTS), axis=1), 1)


def test_a_library_that_fails_where_it_was_measured_to_work_is_replaced_and_the_reason_told(
    tiny: Card, monkeypatch: pytest.MonkeyPatch
) -> None:
    embed.load(tiny, FAST)

    def fail(*_: object) -> None:
        raise RuntimeError("illegal instruction")

    monkeypatch.setattr(encoder, "OpenVinoEncoder", fail)
    loaded = embed.load(tiny, FAST)
    assert loaded.numerics.startswith("torch ")
    assert loaded.notice is not None
    assert "illegal instruction" in loaded.notice.problem


def test_vectors_from_a_conversion_that_is_gone_cost_no_conversion_while_the_record_stands(tiny: Card) -> None:
    name = embed.load(tiny, FAST).numerics
    shutil.rmtree(conversion.place(tiny))
    assert embed.numerics(tiny, FAST) == name
