"""Every stage's options in one place, read strictly: the code's defaults, then a preset, then the study's own.

An option is defined beside the function that it steers; here they are only gathered, and what people write is checked.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from themes import shipped
from themes.cluster import ClusterOptions
from themes.domain import Study, checksum
from themes.embed import EmbedOptions
from themes.errors import OptionError
from themes.ingest import IngestOptions
from themes.ingest.nearest import nearest
from themes.ingest.toml_file import read_toml
from themes.prevalence import PrevalenceOptions
from themes.report import ReportOptions
from themes.review import ReviewOptions
from themes.segment import SegmentOptions
from themes.suggest import SuggestOptions

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Options:
    """What every stage is to do; a field for each stage, named as its section in a preset."""

    ingest: IngestOptions = field(default_factory=IngestOptions)
    segment: SegmentOptions = field(default_factory=SegmentOptions)
    embed: EmbedOptions = field(default_factory=EmbedOptions)
    cluster: ClusterOptions = field(default_factory=ClusterOptions)
    suggest: SuggestOptions = field(default_factory=SuggestOptions)
    review: ReviewOptions = field(default_factory=ReviewOptions)
    prevalence: PrevalenceOptions = field(default_factory=PrevalenceOptions)
    report: ReportOptions = field(default_factory=ReportOptions)


def load(study: Study, preset: str | None = None) -> Options:
    """The options of a study: the defaults, changed by the preset, changed by `[options.*]` of study.toml.

    `preset` is the name of a shipped preset or the path of a .toml file, and replaces the one that study.toml names;
    there, a path counts from the study folder. Raises OptionError for a preset that is not there, and for a stage or
    an option that is unknown, of the wrong type or out of range.
    """
    path = _file(preset, (Path(), study.folder), "") if preset else _file(study.preset, (study.folder,), "study.toml")
    options = _changed(Options(), read_toml(path, OptionError), path.name, "")
    return _changed(options, study.options, "study.toml", "options.")


def presets() -> tuple[str, ...]:
    """The names of the shipped presets, `default` first."""
    names = sorted(path.stem for path in shipped.configs().glob("*.toml"))
    return tuple(sorted(names, key=lambda name: name != "default"))


def as_toml(options: Options) -> str:
    """The options as a preset that says every one of them."""
    sections = ((stage.name, getattr(options, stage.name)) for stage in fields(options))
    return "\n".join(f"[{name}]\n{_lines(stage)}" for name, stage in sections)


def differences(options: Options) -> tuple[str, ...]:
    """`stage.option = value` for each option that is not as in the code's defaults, in their order."""
    usual = Options()
    return tuple(
        f"{stage.name}.{line}"
        for stage in fields(options)
        for line, default in zip(
            _lines(getattr(options, stage.name)).splitlines(),
            _lines(getattr(usual, stage.name)).splitlines(),
            strict=True,
        )
        if line != default
    )


def fingerprint(stage_options: object) -> str:
    """Twelve hex digits that change with any option of the stage, and stay the same on every machine."""
    return checksum((type(stage_options).__name__, _lines(stage_options)))[:12]


def revised(stage_options: S, values: Mapping[str, object], where: str) -> S:
    """The options with `values` in place of some of them; `where` is the place that an OptionError names.

    An option is true or false, a whole number, a number, a text, or a tuple of one of these, for which a list is
    written. A whole number does for a number; true and false are no numbers.
    """
    types = _types(stage_options)
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


# --- the layers ---


def _file(preset: str, folders: tuple[Path, ...], where: str) -> Path:
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


def _changed(options: Options, sections: Mapping[str, object], file: str, prefix: str) -> Options:
    """The options with what one file says in place of some; `prefix` stands before the stage in its sections."""
    stages = {stage.name: getattr(options, stage.name) for stage in fields(options)}
    for name, values in sections.items():
        where = f"{file}, [{prefix}{name}]"
        if not isinstance(values, Mapping):
            raise OptionError(f"`{name}` stands in no section.", f"Write a line [{prefix}STAGE] above it.", file)
        if name not in stages:
            raise OptionError(f'There is no stage "{name}". {nearest(name, stages)}', "Rename the section.", where)
        _refuse_strays(name, values, stages, where)
        stages[name] = revised(stages[name], values, where)
    return replace(options, **stages)


def _refuse_strays(stage: str, values: Mapping[str, object], stages: Mapping[str, object], where: str) -> None:
    """An option that stands in the section of another stage is told where it belongs."""
    for name in values:
        owner = next((other for other, options in stages.items() if name in _types(options)), stage)
        if name not in _types(stages[stage]) and owner != stage:
            raise OptionError(
                f'"{name}" is an option of the stage {owner}.', f"Move it to the section of {owner}.", where
            )


# --- one option ---


def _types(stage_options: object) -> Mapping[str, Any]:
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


def _lines(stage_options: object) -> str:
    """`name = value` for each option, in the order in which they are defined."""
    return "".join(
        f"{name} = {_toml(float(value) if wanted is float else value)}\n"
        for name, wanted in _types(stage_options).items()
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
