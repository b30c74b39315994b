"""Model cards: what an encoder is, where its files come from and the checksums they are held to."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import NoReturn

from platformdirs import user_data_dir

from themes import shipped
from themes.errors import EncoderError

ANY_LANGUAGE = "*"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Card:
    """What is known of one encoder.

    `languages` are ISO 639-1 codes, or (`*`,) for any, or empty where nobody said. `window` is the longest text it
    reads, in word pieces, special tokens included. `prefix` is put before each text and counts in the window.
    The files lie in `folder`, or in the installed Python package `package`, or have yet to be pulled from `repo` at
    `revision`; `files` maps each relative path to its SHA-256 (empty until the files are first pulled).
    """

    name: str
    repo: str = ""
    revision: str = ""
    licence: str = ""
    languages: tuple[str, ...] = ()
    dimensions: int = 0
    window: int = 0
    prefix: str = ""
    package: str = ""
    folder: str = ""
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def built_in(self) -> bool:
        """Whether the encoder is part of this program and needs no files."""
        return not (self.repo or self.package or self.folder or self.files)


def user_models() -> Path:
    """The folder of the user's own cards and pulled files; the environment variable THEMES_MODELS overrides it."""
    chosen = os.environ.get("THEMES_MODELS")
    return Path(chosen).expanduser() if chosen else Path(user_data_dir("themes")) / "models"


def read_card(path: Path) -> Card:
    """The card in a TOML file; a relative `folder` counts from that file. EncoderError says what is wrong with it."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise EncoderError(
            f"The model card cannot be read: {error}.", "Correct the file, or take it away.", str(path)
        ) from error
    _check(values, path)
    values["languages"] = tuple(values.get("languages", ()))
    if folder := values.get("folder"):
        values["folder"] = str((path.parent / Path(folder).expanduser()).absolute())
    return Card(**values)


def cards() -> tuple[Card, ...]:
    """Every card by name: the shipped ones and the user's own; the user's copy of a shipped card takes its place."""
    paths = {path.stem: path for folder in (shipped.models(), user_models()) for path in sorted(folder.glob("*.toml"))}
    return tuple(read_card(paths[name]) for name in sorted(paths, key=str.casefold))


def card(name: str) -> Card:
    """The card of that name. EncoderError names the nearest where there is none."""
    folders = (user_models(), shipped.models())
    known = sorted({path.stem for folder in folders for path in folder.glob("*.toml")})
    if name not in known:
        nearest = get_close_matches(name, known, n=1, cutoff=0.4)
        meant = f"Did you mean {nearest[0]}?" if nearest else f"The encoders are {', '.join(known)}."
        raise EncoderError(
            f"There is no encoder called {name!r}.",
            f"{meant} `themes models add FOLDER` makes a local sentence-transformers folder known.",
        )
    return read_card(next(path for folder in folders if (path := folder / f"{name}.toml").is_file()))


def write_card(written: Card, path: Path) -> None:
    """Writes the card as TOML, all or nothing. EncoderError where the folder cannot be written."""
    partial = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(_toml(written), encoding="utf-8")
        partial.replace(path)
    except OSError as error:
        raise EncoderError(
            f"The model card cannot be written: {error}.",
            "Make the folder writable, or name another in the environment variable THEMES_MODELS.",
            str(path),
        ) from error


def check_name(name: str) -> str:
    """`name`, if a card may be called so (it is also a file name); EncoderError otherwise."""
    if not _NAME.fullmatch(name):
        raise EncoderError(
            f"An encoder cannot be called {name!r}.", "Use letters, digits, dots, hyphens and underscores only."
        )
    return name


def languages_outside(spoken: Card, languages: Iterable[str]) -> tuple[str, ...]:
    """Those of `languages` that the encoder was not trained for, each once, in order.

    An unknown language (`""`) is passed over. Only the language counts, not the region: `pt-BR` is `pt`.
    """
    if ANY_LANGUAGE in spoken.languages:
        return ()
    return tuple(
        dict.fromkeys(code for code in languages if code and re.split("[-_]", code)[0].lower() not in spoken.languages)
    )


def _check(values: Mapping[str, object], path: Path) -> None:
    """Raises EncoderError unless the values can make a Card."""
    known = [entry.name for entry in fields(Card)]
    for key in values:
        if key not in known:
            nearest = get_close_matches(key, known, n=1)
            _refuse(path, f"The key {key!r} is unknown.", f"Write {nearest[0]!r}." if nearest else "Take it away.")
    for key in ("name", "repo", "revision", "licence", "prefix", "package", "folder"):
        if not isinstance(values.get(key, ""), str):
            _refuse(path, f"{key} is {values[key]!r}, not a text.", f"Put {key} in quotation marks.")
    if values.get("name") != path.stem:
        _refuse(path, f"The name is {values.get('name')!r}.", f'Write name = "{path.stem}", like the file.')
    for key in ("dimensions", "window"):
        number = values.get(key)
        if type(number) is not int or number < 1:
            _refuse(path, f"{key} is {number!r}.", f"Write {key} as a whole number above 0.")
    _check_lists(values, path)


def _check_lists(values: Mapping[str, object], path: Path) -> None:
    languages = values.get("languages", [])
    if not isinstance(languages, list) or not all(isinstance(code, str) for code in languages):
        _refuse(path, f"languages is {languages!r}.", 'Write a list of two-letter codes, like ["en", "fr"].')
    files = values.get("files", {})
    if not isinstance(files, dict):
        _refuse(path, f"files is {files!r}.", "Write a table [files] with a SHA-256 for each path.")
    for name, digest in files.items():
        if Path(name).is_absolute() or ".." in Path(name).parts:
            _refuse(path, f"The file {name!r} lies outside the encoder's folder.", "Write a path inside the folder.")
        if not isinstance(digest, str) or not _SHA256.fullmatch(digest):
            _refuse(path, f"The checksum of {name} is {digest!r}.", "Write its SHA-256 as 64 hex digits.")


def _refuse(path: Path, problem: str, remedy: str) -> NoReturn:
    raise EncoderError(problem, remedy, str(path))


def _toml(written: Card) -> str:
    """The card as TOML. Written by hand: the standard library reads TOML but does not write it."""
    lines = [f"{key} = {_quoted(getattr(written, key))}" for key in ("name", "repo", "revision", "licence")]
    lines.append(f"languages = [{', '.join(_quoted(code) for code in written.languages)}]")
    lines += [f"dimensions = {written.dimensions}", f"window = {written.window}"]
    lines += [f"{key} = {_quoted(getattr(written, key))}" for key in ("prefix", "package", "folder")]
    lines += ["", "[files]", *(f"{_quoted(name)} = {_quoted(written.files[name])}" for name in sorted(written.files))]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A TOML basic string; JSON writes the same but for the delete character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
