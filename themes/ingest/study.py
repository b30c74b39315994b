"""study.toml: what a study is called, its actor groups, missions, tables and options."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import NoReturn

from themes import shipped
from themes.domain import ColumnMap, Mission, Period, Study, ancestors
from themes.errors import StudyError
from themes.ingest.listing import sources_csv
from themes.ingest.nearest import nearest
from themes.ingest.toml_file import read_toml

_FILE = "study.toml"
_UNTITLED = '"Title of the study"'
_APPROACHES = ("codebook", "reflexive")
_LEFT_BY_SYSTEMS = {".ds_store", "desktop.ini", "thumbs.db", ".git"}

_SECTIONS = ("study", "group_names", "missions", "tables", "options")
_STUDY = {"title": str, "approach": str, "preset": str, "notice": str, "actor_groups": list}
_MISSION = {"name": str, "host_state": str, "aliases": list, "periods": list}
_PERIOD = {"name": str, "start": date, "end": date, "opened_by": str}
_COLUMN_MAP = {column.name: dict if column.name == "where" else str for column in fields(ColumnMap)}
_IN_WORDS = {str: "a text in quotes", list: "a list in square brackets", date: "a date", dict: "a section"}


def read_study(folder: Path) -> Study:
    """The study that `folder`/study.toml describes; its options stay as written, for config to check.

    A missing title is the folder's name. Raises StudyError for a missing folder or file, and for the first thing in
    study.toml that is not as it should be.
    """
    content = _toml(folder)
    _check_keys(content, _SECTIONS, _FILE, "section")
    about = _section(content, "study")
    _check_types(about, _STUDY, f"{_FILE}, [study]")
    groups = _actor_groups(about)
    return Study(
        folder=folder,
        title=str(about.get("title", "")).strip() or folder.resolve().name,
        approach=_approach(about),
        actor_groups=groups,
        group_names=_group_names(_section(content, "group_names"), groups),
        missions=_missions(content.get("missions", [])),
        tables={name: _column_map(name, table) for name, table in _section(content, "tables").items()},
        preset=str(about.get("preset", "")).strip() or "default",
        options=_options(_section(content, "options")),
        notice=str(about.get("notice", "")).strip(),
    )


def new_study(folder: Path) -> tuple[Path, ...]:
    """Makes `folder` with commented templates to fill in, and gives the files written.

    Nothing is overwritten: raises StudyError where the folder holds anything, or cannot be made.
    """
    template = shipped.configs() / "study-template"
    try:
        if folder.exists() and not _is_empty(folder):
            problem = f"{folder} is there already, and not empty."
            raise StudyError(problem, "Name a folder that is new or empty; nothing was written.")
        files = sorted(path for path in template.rglob("*") if path.is_file())
        return tuple(_copied(path, folder / path.relative_to(template)) for path in files)
    except OSError as cause:
        problem = f"{folder} cannot be written ({cause.strerror})."
        raise StudyError(problem, "Name a folder in a place where you may write.") from cause


def begun_study(folder: Path, title: str, told: str = "") -> None:
    """Makes `folder` a study of that title without sources and codes.

    Its study.toml is `told` where that describes a study, or else the template. Raises StudyError where the folder
    cannot be made.
    """
    template = (shipped.configs() / "study-template" / _FILE).read_text(encoding="utf-8")
    seen = " ".join("".join(sign if sign.isprintable() else " " for sign in title).split())
    named = template.replace(_UNTITLED, json.dumps(seen, ensure_ascii=False), 1)
    try:
        folder.mkdir(mode=0o700, parents=True)
        (folder / _FILE).write_text(told or named, encoding="utf-8")
        if told and not _describes(folder):
            (folder / _FILE).write_text(named, encoding="utf-8")
        (folder / "sources.csv").write_text(sources_csv(()), encoding="utf-8")
    except OSError as cause:
        problem = f"{folder} cannot be made ({cause.strerror})."
        raise StudyError(problem, "Name a folder in a place where you may write.") from cause


def _describes(folder: Path) -> bool:
    try:
        return bool(read_study(folder).title)
    except StudyError:
        return False


def is_free(folder: Path) -> bool:
    """Whether a new study may be made there: nothing is there, or an empty folder."""
    return not folder.exists() or _is_empty(folder)


def _is_empty(folder: Path) -> bool:
    return folder.is_dir() and all(path.name.casefold() in _LEFT_BY_SYSTEMS for path in folder.iterdir())


def _copied(template: Path, target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    with template.open("rb") as source, target.open("xb") as copy:
        shutil.copyfileobj(source, copy)
    return target


def _toml(folder: Path) -> Mapping[str, object]:
    path = folder / _FILE
    if folder.is_file():
        raise StudyError(f"{folder} is a file, not a study folder.", f"Name the folder that holds {_FILE}.")
    if not path.is_file():
        problem = f"{folder} holds no {_FILE}." if folder.is_dir() else f"There is no folder {folder}."
        quoted = f'"{folder}"' if " " in str(folder) else folder
        raise StudyError(problem, f"Make a study with `themes new {quoted}`, or name the folder of one.")
    return read_toml(path, StudyError)


def _fail(problem: str, remedy: str, where: str) -> NoReturn:
    raise StudyError(problem, remedy, where)


def _check_keys(table: Mapping[str, object], known: tuple[str, ...], where: str, word: str = "key") -> None:
    for key in table:
        if key not in known:
            _fail(f'There is no {word} "{key}". {nearest(key, known)}', f"Rename the {word}, or take it out.", where)


def _check_types(table: Mapping[str, object], known: Mapping[str, type], where: str) -> None:
    _check_keys(table, tuple(known), where)
    for key, value in table.items():
        # a date in quotes is as good as one without
        if not isinstance(value, (date, str) if known[key] is date else known[key]):
            _fail(
                f"`{key}` is {_shown(value)}, not {_IN_WORDS[known[key]]}.",
                f"Write {_example(key, known[key])}.",
                where,
            )


def _shown(value: object) -> str:
    if isinstance(value, dict | list):
        return _IN_WORDS[type(value)]
    return str(value).lower() if isinstance(value, bool) else str(value)


def _example(key: str, wanted: type) -> str:
    values = {str: '"..."', list: '["...", "..."]', date: "2014-05-31", dict: "{...}"}
    return f"`{key} = {values[wanted]}`"


def _section(table: Mapping[str, object], name: str) -> Mapping[str, object]:
    section = table.get(name, {})
    if not isinstance(section, dict):
        _fail(f"`{name}` is {_shown(section)}, not a section.", f"Write a line [{name}] and its keys below it.", _FILE)
    return section


def _texts(table: Mapping[str, object], key: str, where: str) -> tuple[str, ...]:
    """The list of texts under `key`, stripped, none of them empty."""
    values = table.get(key, ())
    texts = tuple(value.strip() for value in values if isinstance(value, str)) if isinstance(values, list) else ()
    if isinstance(values, list) and (len(texts) < len(values) or "" in texts):
        _fail(f"`{key}` holds something that is no text, or empty.", f"Write {_example(key, list)}.", where)
    return texts


def _text(table: Mapping[str, object], key: str) -> str:
    return str(table.get(key, "")).strip()


def _name(table: Mapping[str, object], where: str) -> str:
    name = _text(table, "name")
    if not name:
        _fail("It has no name.", 'Write `name = "..."`.', where)
    return name


def _refuse_twice(names: tuple[str, ...], word: str, where: str) -> None:
    seen: dict[str, str] = {}
    for name in names:
        if name.casefold() in seen:
            _fail(f'The {word} "{name}" is given twice.', "Keep one, or give the other a name of its own.", where)
        seen[name.casefold()] = name


def _approach(about: Mapping[str, object]) -> str:
    approach = str(about.get("approach", "codebook"))
    if approach not in _APPROACHES:
        problem = f'There is no approach "{approach}". {nearest(approach, _APPROACHES)}'
        _fail(problem, 'Write `approach = "codebook"` or `approach = "reflexive"`.', f"{_FILE}, [study]")
    return approach


def _actor_groups(about: Mapping[str, object]) -> tuple[str, ...]:
    groups = _texts(about, "actor_groups", f"{_FILE}, [study]")
    _refuse_twice(groups, "actor group", f"{_FILE}, [study]")
    return groups


def _group_names(names: Mapping[str, object], groups: tuple[str, ...]) -> Mapping[str, str]:
    """What the sources call a group -> the group (or a level above groups) as [study] gives it."""
    where = f"{_FILE}, [group_names]"
    known = dict.fromkeys(level for group in groups for level in ancestors(group))
    for name, group in names.items():
        if not isinstance(group, str):
            _fail(f"`{name}` is {_shown(group)}, not {_IN_WORDS[str]}.", f"Write {_example(name, str)}.", where)
        if groups and group not in known:
            problem = f'`{name}` stands for "{group}", which is not among actor_groups. {nearest(group, known)}'
            _fail(problem, "Add the group to actor_groups in [study], or mend the name.", where)
    return {name: str(group) for name, group in names.items()}


def _missions(entries: object) -> tuple[Mission, ...]:
    missions = tuple(_mission(entry) for entry in _entries(entries, "missions", _FILE))
    _refuse_twice(tuple(mission.name for mission in missions), "mission", f"{_FILE}, [[missions]]")
    return missions


def _entries(entries: object, name: str, where: str) -> list[Mapping[str, object]]:
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        _fail(f"`{name}` is not a list of sections.", f"Write [[{name}]], in double brackets, above each one.", where)
    return entries


def _mission(entry: Mapping[str, object]) -> Mission:
    where = f"{_FILE}, [[missions]]"
    _check_keys(entry, tuple(_MISSION), where)
    _check_types({key: value for key, value in entry.items() if key != "periods"}, _MISSION, where)
    name = _name(entry, where)
    where = f"{where} {name}"
    entries = _entries(entry.get("periods", []), "missions.periods", where)
    periods = tuple(sorted((_period(period, name) for period in entries), key=lambda period: period.start))
    _refuse_twice(tuple(period.name for period in periods), "period", where)
    _refuse_overlap(periods, where)
    return Mission(name, _text(entry, "host_state"), _texts(entry, "aliases", where), periods)


def _period(entry: Mapping[str, object], mission: str) -> Period:
    where = f"{_FILE}, [[missions]] {mission}, [[missions.periods]]"
    _check_types(entry, _PERIOD, where)
    name = _name(entry, where)
    where = f"{where} {name}"
    start, end = _day(entry, "start", where), _day(entry, "end", where)
    if start is None:
        _fail("It has no start.", f"Write {_example('start', date)}.", where)
    if end is not None and end < start:
        _fail(f"It ends on {end}, before it starts on {start}.", "Mend one of the two dates.", where)
    return Period(name, mission, start, end, _text(entry, "opened_by"))


def _day(entry: Mapping[str, object], key: str, where: str) -> date | None:
    value = entry.get(key)
    if isinstance(value, datetime):
        return value.date()
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value).strip())
    except ValueError:
        _fail(f'`{key}` is "{value}", which is no date.', f"Write {_example(key, date)}.", where)


def _refuse_overlap(periods: tuple[Period, ...], where: str) -> None:
    for earlier, later in pairwise(periods):
        if earlier.end is None or later.start <= earlier.end:
            until = "has no end" if earlier.end is None else f"ends on {earlier.end}"
            problem = f'"{earlier.name}" {until}, and "{later.name}" starts on {later.start}: they overlap.'
            _fail(problem, f'Let "{earlier.name}" end on the day before "{later.name}" starts.', where)


def _column_map(name: str, table: object) -> ColumnMap:
    where = f'{_FILE}, [tables."{name}"]'
    if not isinstance(table, dict):
        _fail(f"`{name}` is {_shown(table)}, not a section.", 'Write [tables."FILE"], with the file in quotes.', where)
    _check_types(table, _COLUMN_MAP, where)
    if not str(table.get("text", "")).strip():
        _fail("The column that holds the text is not named.", 'Write `text = "..."` with the column\'s name.', where)
    chosen = table.get("where", {})
    values = {column: _texts({column: value}, column, where) for column, value in _lists(chosen, where).items()}
    return ColumnMap(**{key: value for key, value in table.items() if key != "where"}, where=values)


def _lists(chosen: Mapping[str, object], where: str) -> Mapping[str, list[object]]:
    """Each column's wanted values as a list; one text stands for a list of one."""
    for column, values in chosen.items():
        if not isinstance(values, str | list):
            _fail(f"`{column}` is {_shown(values)}, not {_IN_WORDS[list]}.", f"Write {_example(column, list)}.", where)
    return {column: values if isinstance(values, list) else [values] for column, values in chosen.items()}


def _options(sections: Mapping[str, object]) -> Mapping[str, Mapping[str, object]]:
    for name, section in sections.items():
        if not isinstance(section, dict):
            problem = f"`{name}` stands in no stage's section."
            _fail(problem, "Write a line [options.STAGE] above it, as in [options.cluster].", f"{_FILE}, [options]")
    return {name: section for name, section in sections.items() if isinstance(section, dict)}
