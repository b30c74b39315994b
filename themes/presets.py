"""Presets and options read strictly, one stage at a time: what needs no other stage needs none of their libraries."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from themes import shipped
from themes.domain import Study
from themes.errors import OptionError
from themes.ingest.nearest import nearest
from themes.ingest.toml_file import read_toml

S = TypeVar("S")


def of_stage(study: Study, stage: str, usual: S) -> S:
    """The options of one stage of a study: `usual`, changed by the preset, changed by study.toml.

    Raises OptionError as `config.load` does, for this stage alone.
    """
    path = preset_file(study.preset, (study.folder,), "study.toml")
    changed = usual
    sections = (read_toml(path, OptionError), path.name, ""), (study.options, "study.toml", "options.")
    for found, file, prefix in sections:
        values = found.get(stage, {})
        if not isinstance(values, Mapping):
            raise OptionError(f"`{stage}` stands in no section.", f"Write a line [{prefix}{stage}] above it.", file)
        changed = revised(changed, values, f"{file}, [{prefix}{stage}]")
    return changed


def presets() -> tuple[str, ...]:
    """The names of the shipped presets, `default` first."""
    names = sorted(path.stem for path in shipped.configs().glob("*.toml"))
    return tuple(sorted(names, key=lambda name: name != "default"))


def preset_file(preset: str, folders: tuple[Path, ...], where: str) -> Path:
    """Where the preset lies: a path, seen from the folders in turn, or the name of a shipped one."""
    if preset.casefold().endswith(".toml"):
        found = next((folder / preset for folder in folders if (folder / preset).is_file()), None)
        if found is None:
            raise OptionError(f"There is no preset file {preset}.", "Mend the path, or name a shipped preset.", where)
        return found
    if preset not in presets():
        problem = f'There is no preset "{preset}". {nearest(preset, presets())}'
        raise OptionError(problem, "Name a shipped preset, or the path of a .toml file.", where)
    return shipped.configs() / f"{preset}.toml"


def revised(stage_options: S, values: Mapping[str, object], where: str) -> S:
    """The options with `values` in place of some of them; `where` is the place that an OptionError names.

    An option is true or false, a whole number, a number, a text, or a tuple of one of these, for which a list is
    written. A whole number does for a number; true and false are no numbers.
    """
    types = types_of(stage_options)
    for name in values:
        if name not in types:
            raise OptionError(
                f'There is no option "{name}". {nearest(name, types)}', "Rename it, or take it out.", where
            )
    read = {name: _read(name, value, types[name], where) for name, value in values.items()}
    try:
        return replace(stage_options, **read)  # type: ignore[type-var]  # every stage's options are a dataclass
    except OptionError as cause:
        raise OptionError(cause.problem, cause.remedy, where) from cause


# --- one option ---


def types_of(stage_options: object) -> Mapping[str, Any]:
    """The type of each option, in their order."""
    hints = get_type_hints(type(stage_options))
    return {option.name: hints[option.name] for option in fields(stage_options) if option.init}  # type: ignore[arg-type]


class _UnfitError(Exception):
    """The value is not of the option's type."""


def _read(name: str, value: object, wanted: Any, where: str) -> object:
    try:
        return _as_type(value, wanted)
    except _UnfitError:
        problem = f"{name} is {_toml(value)}, not {_in_words(wanted)}."
        raise OptionError(problem, f"Write {_in_words(wanted)}.", where) from None


def _as_type(value: object, wanted: Any) -> object:
    """The value in the option's own type; raises _UnfitError where it has none."""
    if wanted is float and isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300:
        return float(value)  # the bound keeps out nan and inf, which TOML knows
    if wanted in (bool, int, str) and type(value) is wanted:
        return value
    if get_origin(wanted) is tuple and isinstance(value, list | tuple):
        return tuple(_as_type(item, get_args(wanted)[0]) for item in value)
    raise _UnfitError


def _in_words(wanted: Any) -> str:
    """How a person would say the type."""
    if get_origin(wanted) is tuple:
        return f"a list in square brackets, each {_in_words(get_args(wanted)[0])}"
    return {bool: "true or false", int: "a whole number", float: "a number", str: "a text in quotes"}[wanted]


def lines_of(stage_options: object) -> str:
    """`name = value` for each option, in the order in which they are defined."""
    return "".join(
        f"{name} = {_toml(float(value) if wanted is float else value)}\n"
        for name, wanted in types_of(stage_options).items()
        for value in (getattr(stage_options, name),)
    )


def _toml(value: object) -> str:
    """The value as TOML writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        # TOML's basic strings are JSON's, but for DEL, which must be escaped
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, Mapping):
        return "a section"  # only in an error; no option is one
    if isinstance(value, list | tuple):
        return f"[{', '.join(_toml(item) for item in value)}]"
    return str(value)
