"""Every stage's options in one place, read strictly: the code's defaults, then a preset, then the study's own.

An option is defined beside the function that it steers; here they are only gathered, and what people write is checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

from themes.cluster import ClusterOptions
from themes.domain import Study, checksum
from themes.embed import EmbedOptions
from themes.errors import OptionError
from themes.ingest import IngestOptions
from themes.ingest.nearest import nearest
from themes.ingest.toml_file import read_toml
from themes.presets import lines_of, preset_file, presets, revised, types_of
from themes.prevalence import PrevalenceOptions
from themes.report import ReportOptions
from themes.review import ReviewOptions
from themes.segment import SegmentOptions
from themes.suggest import SuggestOptions

__all__ = ["Options", "as_toml", "differences", "fingerprint", "lines_of", "load", "presets", "revised"]


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
    path = (
        preset_file(preset, (Path(), study.folder), "")
        if preset
        else preset_file(study.preset, (study.folder,), "study.toml")
    )
    options = _changed(Options(), read_toml(path, OptionError), path.name, "")
    return _changed(options, study.options, "study.toml", "options.")


def as_toml(options: Options) -> str:
    """The options as a preset that says every one of them."""
    sections = ((stage.name, getattr(options, stage.name)) for stage in fields(options))
    return "\n".join(f"[{name}]\n{lines_of(stage)}" for name, stage in sections)


def differences(options: Options) -> tuple[str, ...]:
    """`stage.option = value` for each option that is not as in the code's defaults, in their order."""
    usual = Options()
    return tuple(
        f"{stage.name}.{line}"
        for stage in fields(options)
        for line, default in zip(
            lines_of(getattr(options, stage.name)).splitlines(),
            lines_of(getattr(usual, stage.name)).splitlines(),
            strict=True,
        )
        if line != default
    )


def fingerprint(stage_options: object) -> str:
    """Twelve hex digits that change with any option of the stage, and stay the same on every machine."""
    return checksum((type(stage_options).__name__, lines_of(stage_options)))[:12]


# --- the layers ---


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
        owner = next((other for other, options in stages.items() if name in types_of(options)), stage)
        if name not in types_of(stages[stage]) and owner != stage:
            raise OptionError(
                f'"{name}" is an option of the stage {owner}.', f"Move it to the section of {owner}.", where
            )
