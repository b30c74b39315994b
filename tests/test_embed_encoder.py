"""The default encoder, really loaded: quiet, without a network, and the same bytes in whatever company."""

from __future__ import annotations

import hashlib
import json
import os
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from themes import embed
from themes.embed import EmbedOptions, Encoder, conversion
from themes.embed.pieces import count_pieces
from themes.embed.sentences import load_sentence_encoder
from themes.errors import EncoderError, OptionError

pytestmark = pytest.mark.slow

CARD = embed.card("all-MiniLM-L6-v2")
TEXTS = [
    "",
    "Helicopters.",
    "The force commander asked for helicopters that never came.",
    "Les Casques bleus, disait-elle, n'avaient pas été prévenus – 平和 🕊️.",
    *(f"In month {number} the mission reported {'delays and ' * number}shortages." for number in range(1, 40, 4)),
]
OTHER_PROCESS = """
import hashlib, json, sys
from themes import embed
encoder = embed.load(embed.card("all-MiniLM-L6-v2"), embed.EmbedOptions(device="cpu"))
print(hashlib.sha256(encoder.encode(json.loads(sys.argv[1])).tobytes()).hexdigest())
"""


@pytest.fixture(scope="module", params=["fast", "exact", "torch"])
def encoder(request: pytest.FixtureRequest) -> Encoder:
    """The default encoder in each of its ways on a processor."""
    if request.param == "torch":
        return load_sentence_encoder(CARD, embed.verify(CARD), "cpu")
    return embed.load(CARD, EmbedOptions(device="cpu", precision=request.param))


def test_loading_is_quiet_reaches_no_network_and_leaves_the_process_as_it_was(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    before = dict(os.environ)
    encoder = load_sentence_encoder(CARD, embed.verify(CARD), "cpu")
    encoder.encode(TEXTS)
    assert capfd.readouterr() == ("", "")
    assert {name: os.environ.get(name) for name in before} == before
    assert "HF_HUB_OFFLINE" not in os.environ
    from huggingface_hub import constants

    assert constants.HF_HUB_OFFLINE is False


def test_like_texts_lie_together(encoder: Encoder) -> None:
    one, other, third = encoder.encode(
        ["The helicopters never arrived.", "Our aircraft did not come.", "The election was postponed."]
    )
    assert one @ other > one @ third + 0.1


def test_a_text_has_the_same_bytes_alone_in_a_crowd_and_in_any_order(encoder: Encoder) -> None:
    together = encoder.encode(TEXTS)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-6)
    assert np.array_equal(encoder.encode(TEXTS[::-1])[::-1], together)
    for batch_size in (1, 5):
        options = EmbedOptions(batch_size=batch_size)
        assert np.array_equal(embed.embed(TEXTS, CARD, lambda: encoder, None, options), together)


def test_another_process_gives_the_same_bytes() -> None:
    encoder = embed.load(CARD, EmbedOptions(device="cpu"))
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    command = [sys.executable, "-c", OTHER_PROCESS, json.dumps(TEXTS)]
    said = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    assert said.stdout.strip() == hashlib.sha256(encoder.encode(TEXTS).tobytes()).hexdigest()
    assert said.stderr == ""


def test_the_vectors_are_those_of_sentence_transformers_itself(encoder: Encoder) -> None:
    from sentence_transformers import SentenceTransformer

    reference = SentenceTransformer(str(embed.verify(CARD)), device="cpu", local_files_only=True)
    expected = reference.encode(TEXTS, normalize_embeddings=True, show_progress_bar=False)
    given = encoder.encode(TEXTS)
    assert (given * expected).sum(axis=1).min() >= 0.9999
    if not encoder.numerics.endswith("bf16"):  # type: ignore[attr-defined]
        assert np.abs(given - expected).max() < 1e-6


def test_the_counter_counts_what_the_encoder_reads() -> None:
    original = load_sentence_encoder(CARD, embed.verify(CARD), "cpu")
    count = embed.piece_counter(CARD)
    counted = [count(text) for text in TEXTS]
    assert counted == [len(pieces) for pieces in original.model.tokenizer(TEXTS)["input_ids"]]
    assert counted == count_pieces(CARD, TEXTS)
    assert counted[0] == 2


def test_the_whole_window_is_read_and_not_a_piece_more(encoder: Encoder) -> None:
    full = "peace " * 254
    assert embed.piece_counter(CARD)(full) == 256
    assert not np.array_equal(*encoder.encode([full, full.removesuffix("peace ") + "war"]))
    with pytest.raises(EncoderError, match="257 word pieces, more than the 256"):
        encoder.encode([full + "peace"])


def test_a_prefix_is_read_and_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = embed.load(CARD, EmbedOptions(device="cpu"))
    monkeypatch.setattr(conversion, "user_cache_path", lambda name: tmp_path / name)  # it is converted anew
    prefixed = replace(CARD, prefix="query: ")
    assert embed.piece_counter(prefixed)("peace") == 5
    vector = embed.load(prefixed, EmbedOptions(device="cpu")).encode(["peace"])
    assert np.array_equal(vector, encoder.encode(["query: peace"]))


def test_a_gpu_that_is_not_there_is_refused_and_not_replaced_in_silence() -> None:
    import torch

    if torch.cuda.is_available():
        pytest.skip("there is one")
    with pytest.raises(OptionError, match="no NVIDIA GPU"):
        embed.load(CARD, EmbedOptions(device="cuda"))


def test_files_that_do_not_fit_together_are_an_encoder_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THEMES_MODELS", str(tmp_path / "models"))
    monkeypatch.setattr(conversion, "user_cache_path", lambda name: tmp_path / name)
    folder = tmp_path / "spoilt"
    for name in CARD.files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).symlink_to(embed.locate(CARD) / name)
    (folder / "model.safetensors").unlink()
    (folder / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(EncoderError, match="spoilt cannot be loaded"):
        embed.load(embed.add(folder), EmbedOptions(device="cpu"))


def test_nothing_heavy_is_imported_before_something_has_to_be_encoded() -> None:
    code = (
        "import sys; from themes import embed; embed.piece_counter(embed.card('all-MiniLM-L6-v2'))('x');"
        "print([name for name in ('torch', 'transformers', 'sentence_transformers') if name in sys.modules])"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    assert said.stdout.strip() == "[]"
