"""Model cards: reading, listing, finding, and the languages they cover."""

from __future__ import annotations

from pathlib import Path

import pytest

from themes import embed, shipped
from themes.embed.cards import Card, write_card
from themes.errors import EncoderError, OptionError

GOOD = 'name = "mine"\nrepo = "a/b"\nrevision = "1"\nlanguages = ["en"]\ndimensions = 3\nwindow = 8\n'


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's folder of models, empty."""
    folder = tmp_path / "models"
    folder.mkdir()
    monkeypatch.setenv("THEMES_MODELS", str(folder))
    return folder


def test_every_shipped_card_can_be_read_and_is_called_like_its_file() -> None:
    names = {card.name for card in embed.cards()}
    assert names == {path.stem for path in shipped.models().glob("*.toml")}
    assert {"all-MiniLM-L6-v2", "hashing", "paraphrase-multilingual-MiniLM-L12-v2"} <= names


def test_the_default_encoder_has_a_card_with_the_published_checksums() -> None:
    card = embed.card(embed.EmbedOptions().encoder)
    assert (card.dimensions, card.window, card.languages) == (384, 256, ("en",))
    assert card.files["model.safetensors"] == "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
    assert card.files["tokenizer.json"] == "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"


def test_an_unknown_encoder_is_refused_and_the_nearest_is_named() -> None:
    with pytest.raises(EncoderError, match="all-minilm-l6") as caught:
        embed.card("all-minilm-l6")
    assert "Did you mean all-MiniLM-L6-v2?" in caught.value.remedy


@pytest.mark.parametrize("name", ["../hashing", "", "hashing.toml"])
def test_a_name_is_never_taken_for_a_path(name: str) -> None:
    with pytest.raises(EncoderError, match="no encoder called"):
        embed.card(name)


def test_the_users_copy_takes_the_place_of_the_shipped_card(own: Path) -> None:
    (own / "hashing.toml").write_text('name = "hashing"\ndimensions = 16\nwindow = 9\n')
    assert embed.card("hashing").dimensions == 16
    assert [card.dimensions for card in embed.cards() if card.name == "hashing"] == [16]


def test_without_the_variable_the_users_cards_lie_in_the_users_data_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("THEMES_MODELS")
    assert embed.user_models().parts[-2:] == ("themes", "models")


def test_a_relative_folder_counts_from_the_card(own: Path) -> None:
    (own / "mine.toml").write_text(GOOD + 'folder = "files"\n')
    assert embed.read_card(own / "mine.toml").folder == str(own / "files")


def test_a_written_card_is_read_back_as_it_was(own: Path) -> None:
    card = Card(
        "mine",
        "a/b",
        "1",
        'a "licence" \\ with\x7f',
        ("fr", "en"),
        3,
        8,
        "query: ",
        "",
        str(own),
        {"a/b.json": "0" * 64},
    )
    write_card(card, own / "mine.toml")
    assert embed.read_card(own / "mine.toml") == card


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("name = ", "cannot be read", id="not TOML"),
        pytest.param(GOOD + "windw = 3\n", "'windw'.*'window'", id="an unknown key, the nearest named"),
        pytest.param(GOOD.replace('"mine"', '"other"'), "'other'.*\"mine\"", id="another name than the file's"),
        pytest.param(GOOD.replace("window = 8", "window = 0"), "window is 0", id="a window of nothing"),
        pytest.param(GOOD.replace("window = 8", "window = true"), "window is True", id="a window that is no number"),
        pytest.param(GOOD.replace("dimensions = 3\n", ""), "dimensions is None", id="no dimensions"),
        pytest.param(GOOD.replace('["en"]', '"en"'), "languages is 'en'", id="languages that are no list"),
        pytest.param(GOOD + "prefix = 3\n", "prefix is 3", id="a prefix that is no text"),
        pytest.param(GOOD + '[files]\n"a.json" = "12"\n', "checksum of a.json is '12'", id="half a checksum"),
        pytest.param(GOOD + f'[files]\n"../a" = "{"0" * 64}"\n', "outside", id="a file outside the folder"),
        pytest.param(GOOD + "files = 3\n", "files is 3", id="files that are no table"),
    ],
)
def test_a_card_that_is_not_as_it_should_be_is_refused_with_its_place(own: Path, text: str, said: str) -> None:
    path = own / "mine.toml"
    path.write_text(text)
    with pytest.raises(EncoderError, match=f"(?s)mine.toml: .*{said}") as caught:
        embed.read_card(path)
    assert caught.value.remedy.endswith(".")


@pytest.mark.parametrize(
    ("spoken", "asked", "outside"),
    [
        pytest.param(("en",), ["en", "fr", "", "fr", "pt-BR"], ("fr", "pt-BR"), id="each once, unknown passed over"),
        pytest.param(("en", "pt"), ["pt-BR", "en_GB", "EN"], (), id="the region does not count"),
        pytest.param(("*",), ["xx"], (), id="any language"),
        pytest.param((), ["en"], ("en",), id="nobody said"),
    ],
)
def test_the_languages_outside_are_those_that_the_card_does_not_name(
    spoken: tuple[str, ...], asked: list[str], outside: tuple[str, ...]
) -> None:
    assert embed.languages_outside(Card("mine", languages=spoken), asked) == outside


@pytest.mark.parametrize(
    ("values", "said"),
    [
        pytest.param({"batch_size": 0}, "batch_size is 0", id="a batch of none"),
        pytest.param({"batch_size": 4097}, "batch_size is 4097", id="too large a batch"),
        pytest.param({"batch_size": True}, "batch_size is True", id="a batch that is no number"),
        pytest.param({"device": "cudda"}, 'Write "cuda"', id="a device misspelt, the nearest named"),
        pytest.param({"encoder": " "}, "not the name of an encoder", id="no encoder"),
    ],
)
def test_an_option_out_of_range_is_refused(values: dict[str, object], said: str) -> None:
    with pytest.raises(OptionError, match=said):
        embed.EmbedOptions(**values)  # type: ignore[arg-type]  # wrong on purpose
