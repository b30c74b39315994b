"""Making an encoder known: a folder that is already here (`add`), or files fetched once from the hub (`pull`)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from themes import shipped
from themes.embed.cards import Card, card, check_name, read_card, user_models, write_card
from themes.embed.files import digest, loadable
from themes.errors import EncoderError

Download = Callable[[str, str, Path, Sequence[str]], object]
"""Fetches (repo, revision) into a folder, only the files that match the patterns."""

WANTED = ("*.json", "*.model", "*.safetensors", "*.txt")
UNWANTED = ("onnx/*", "openvino/*")
_OFFSET_FAMILIES = ("camembert", "mpnet", "roberta", "xlm-roberta")
"""In these the first two positions of the table are taken, so a text may be two pieces shorter than the table."""


def add(folder: Path, name: str | None = None) -> Card:
    """Makes a local sentence-transformers folder known, and gives its card; the files stay where they are.

    Dimensions, window and prefix come from the folder's own settings, languages and licence from its README.md
    (empty where that says nothing). EncoderError where the folder is not such an encoder, would run code of its
    own, or has no `model.safetensors` or `tokenizer.json`.
    """
    folder = folder.expanduser().absolute()
    name = check_name(name or folder.name)
    if (shipped.models() / f"{name}.toml").is_file():
        raise EncoderError(f"{name} is the name of an encoder that comes with the program.", "Give another name.")
    written = user_models() / f"{name}.toml"
    if written.is_file() and Path(read_card(written).folder) != folder:
        raise EncoderError(f"There is an encoder called {name} already.", "Give another name.", str(written))
    added = _described(folder, name)
    write_card(added, written)
    return added


def pull(name: str, download: Download | None = None) -> Card:
    """Fetches an encoder's files from the hub into the user's folder, and gives its card with their checksums.

    The only act of the program that reaches a network. Checksums that the card has already are held to; those that
    it lacks are recorded in the user's copy of the card and held to ever after. EncoderError where the encoder is
    nowhere to be pulled from, the hub cannot be reached, or a file is not the expected one.
    """
    wanted = card(name)
    if not (wanted.repo and wanted.revision):
        raise EncoderError(f"The encoder {name} is not pulled from anywhere.", "It can be used as it is.")
    folder = user_models() / name
    (download or _from_hub)(wanted.repo, wanted.revision, folder, tuple(wanted.files) or WANTED)
    found = {path: digest(folder / path) for path in loadable(folder)}
    for path, expected in wanted.files.items():
        if found.get(path) != expected:
            raise EncoderError(
                f"The file {path} that came for {name} is not the one on its card.",
                "Delete the folder and pull again; if it happens again, do not use the encoder.",
                str(folder),
            )
    read = _described(folder, name)
    if not wanted.files and (read.dimensions, read.window) != (wanted.dimensions, wanted.window):
        raise EncoderError(
            f"What came for {name} has {read.dimensions} dimensions and a window of {read.window}, "
            f"its card says {wanted.dimensions} and {wanted.window}.",
            "Correct the card, and pull again.",
            str(folder),
        )
    kept = replace(wanted, folder=str(folder), files=wanted.files or found)
    write_card(replace(kept, folder=name), user_models() / f"{name}.toml")
    return kept


def _from_hub(repo: str, revision: str, folder: Path, patterns: Sequence[str]) -> None:
    from huggingface_hub import snapshot_download

    try:
        snapshot_download(
            repo, revision=revision, local_dir=folder, allow_patterns=list(patterns), ignore_patterns=list(UNWANTED)
        )
    except (OSError, ValueError) as error:  # the hub's errors are OSErrors; a malformed repo name is a ValueError
        raise EncoderError(
            f"{repo} cannot be fetched: {error}",
            "Look to the connection and pull again, or fetch the folder elsewhere and run `themes models add FOLDER`.",
        ) from error


def _described(folder: Path, name: str) -> Card:
    """The card of a sentence-transformers folder, its files hashed."""
    modules = _modules(folder)
    for needed in ("model.safetensors", "tokenizer.json"):
        if not (folder / needed).is_file():
            raise EncoderError(
                f"The folder has no {needed}.",
                "Save the encoder anew with a recent sentence-transformers; older formats can run code when loaded.",
                str(folder),
            )
    said = _front_matter(folder / "README.md")
    return Card(
        name=name,
        licence=" ".join(said.get("license", [])),
        languages=tuple(
            dict.fromkeys(code[:2] for code in said.get("language", []) if re.match("[a-z]{2}(-|$)", code))
        ),
        dimensions=_dimensions(folder, modules),
        window=_window(folder),
        prefix=_prefix(_settings(folder / "config_sentence_transformers.json")),
        folder=str(folder),
        files={path: digest(folder / path) for path in loadable(folder)},
    )


def _modules(folder: Path) -> list[dict[str, Any]]:
    """What modules.json lists, only modules that sentence-transformers brings, the first a Transformer."""
    path = folder / "modules.json"
    if not path.is_file():
        raise EncoderError(
            "The folder has no modules.json, so it is not a sentence-transformers encoder.",
            "Name the folder that SentenceTransformer.save wrote.",
            str(folder),
        )
    modules = _settings(path)
    if not isinstance(modules, list) or not modules:
        raise EncoderError("modules.json lists no modules.", "Save the encoder anew.", str(path))
    kinds = [str(module.get("type", "")) for module in modules]
    for kind in kinds:
        if not kind.startswith("sentence_transformers."):
            raise EncoderError(
                f"The encoder wants to run code of its own ({kind}), which this program never does.",
                "Choose an encoder made of sentence-transformers' own modules.",
                str(path),
            )
    if not kinds[0].endswith(".Transformer"):
        raise EncoderError(
            f"The encoder begins with {kinds[0]}, not with a Transformer.", "Choose another encoder.", str(path)
        )
    return modules


def _dimensions(folder: Path, modules: list[dict[str, Any]]) -> int:
    """What the last module that says so gives; else the hidden size of the model."""
    for module in reversed(modules):
        said = _settings(folder / str(module.get("path", "")) / "config.json")
        for key in ("out_features", "embedding_dimension", "word_embedding_dimension"):
            if isinstance(said.get(key), int):
                return int(said[key])
    hidden = _settings(folder / "config.json").get("hidden_size")
    if not isinstance(hidden, int):
        raise EncoderError(
            "The folder does not say how many dimensions its vectors have.", "Save it anew.", str(folder)
        )
    return hidden


def _window(folder: Path) -> int:
    """The longest text in word pieces: the least of what the folder's settings allow."""
    config = _settings(folder / "config.json")
    positions = config.get("max_position_embeddings")
    if isinstance(positions, int) and config.get("model_type") in _OFFSET_FAMILIES:
        positions -= 2
    said = (
        _settings(folder / "sentence_bert_config.json").get("max_seq_length"),
        _settings(folder / "tokenizer_config.json").get("model_max_length"),
        positions,
    )
    limits = [number for number in said if isinstance(number, int) and 0 < number < 10**6]
    if not limits:
        raise EncoderError("The folder does not say how long a text may be.", "Save it anew.", str(folder))
    return min(limits)


def _prefix(settings: dict[str, Any]) -> str:
    prompts = settings.get("prompts") or {}
    return str(prompts.get(settings.get("default_prompt_name"), "") or "")


def _settings(path: Path) -> Any:
    """What a JSON file of the folder says; an empty mapping where there is no such file."""
    if not path.is_file():
        return {}
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise EncoderError(
            f"{path.name} cannot be read: {error}.", "Save or fetch the encoder anew.", str(path)
        ) from error


def _front_matter(path: Path) -> dict[str, list[str]]:
    """`language` and `license` from the head of a hub README, as lists of words; empty where nothing is said.

    Read by hand: the two keys are plain words or lists of them, and no YAML reader is among our dependencies.
    """
    text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    head = re.match(r"---\r?\n(.*?)\r?\n---", text, re.DOTALL)
    said: dict[str, list[str]] = {}
    key = ""
    for line in head.group(1).splitlines() if head else []:
        named = re.match(r"(\w+):", line)
        key = named.group(1) if named else key
        if key in ("language", "license"):
            said.setdefault(key, []).extend(re.findall(r"[\w.-]*\w", line.removeprefix(f"{key}:")))
    return said
