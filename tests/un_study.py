"""A study of real public texts on UN peace operations, built from the data set `un`: python tests/un_study.py FOLDER.

Thirty mandates of four missions, 888 speeches in the Security Council and a codebook of 71 codes. The texts belong to
the United Nations and stay with the data set; nothing of them is in this project.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
"""Where the data sets lie unless --data says otherwise: beside the project."""

SPEECHES = "transcripts/speeches.jsonl"
KEPT = ("speech_id", "text", "actor_group", "mission", "date", "topic", "procedural")
MISSIONS = ("MINUSTAH", "MONUSCO", "MINUSMA", "MINUSCA")
COLUMNS = ("file", "kind", "title", "mission", "date", "language")

STUDY = f"""\
# Real public texts of the United Nations; built by tests/un_study.py.

[study]
title = "The Council on four peace operations"
approach = "codebook"
preset = "archive"
notice = "Texts of the United Nations, for tests of the program only. Speakers are shown under pseudonyms."
actor_groups = [
  "UN",
  "Council / Permanent",
  "Council / Elected",
  "Troop contributors",
  "Host state",
  "Other states",
  "Regional organisations",
  "Civil society",
  "Other briefers",
]

[group_names]
P5 = "Council / Permanent"
council_elected = "Council / Elected"
TCC = "Troop contributors"
host_state = "Host state"
other_state = "Other states"
regional_org = "Regional organisations"
civil_society = "Civil society"
briefer_unspecified = "Other briefers"

[[missions]]
name = "MINUSTAH"
host_state = "Haiti"
aliases = ["Haitian", "Haitians", "Port-au-Prince", "Cité Soleil"]
[[missions.periods]]
name = "stabilisation"
start = 2004-04-30
end = 2010-01-18
opened_by = "S/RES/1542 (2004)"
[[missions.periods]]
name = "after the earthquake"
start = 2010-01-19
end = 2017-10-15
opened_by = "S/RES/1908 (2010)"

[[missions]]
name = "MONUSCO"
host_state = "Democratic Republic of the Congo"
aliases = ["Congolese", "Kinshasa", "Goma", "Bukavu", "Kivu", "Kivus", "Ituri"]
[[missions.periods]]
name = "before the brigade"
start = 2010-07-01
end = 2013-03-27
opened_by = "S/RES/1925 (2010)"
[[missions.periods]]
name = "intervention brigade"
start = 2013-03-28
opened_by = "S/RES/2098 (2013)"

[[missions]]
name = "MINUSMA"
host_state = "Mali"
aliases = ["Malian", "Malians", "Bamako", "Gao", "Kidal", "Mopti", "Timbuktu"]
[[missions.periods]]
name = "stabilisation"
start = 2013-04-25
end = 2016-06-28
opened_by = "S/RES/2100 (2013)"
[[missions.periods]]
name = "robust posture"
start = 2016-06-29
end = 2023-06-30
opened_by = "S/RES/2295 (2016)"

[[missions]]
name = "MINUSCA"
host_state = "Central African Republic"
aliases = ["Bangui", "Bambari", "Bria"]
[[missions.periods]]
name = "transition"
start = 2014-04-10
end = 2016-07-25
opened_by = "S/RES/2149 (2014)"
[[missions.periods]]
name = "after the elections"
start = 2016-07-26
opened_by = "S/RES/2301 (2016)"

[tables."{SPEECHES}"]
id = "speech_id"
text = "text"
pseudonym = "pseudonym"
actor_group = "actor_group"
mission = "mission"
date = "date"
title = "topic"
[tables."{SPEECHES}".where]
procedural = ["false"]
"""


def build(data: Path, folder: Path) -> None:
    """Writes the study into `folder`, which is made; `data` holds the data sets, one of them `un`."""
    csv.field_size_limit(10**8)  # a resolution in one cell is longer than csv allows at first
    mandates = [
        row for row in _rows(data / "un" / "mandates.csv") if row["role"] == "core" and row["mission"] in MISSIONS
    ]
    speeches = [json.loads(line) for line in (data / "un" / "speeches.jsonl").read_text(encoding="utf-8").splitlines()]
    for name in ("mandates", "transcripts"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    for row in mandates:
        (folder / file_of(row["symbol"])).write_text(row["text"], encoding="utf-8")
    _write_speeches(folder / SPEECHES, speeches)
    _write(
        folder / "sources.csv",
        COLUMNS,
        [*map(_source, mandates), {"file": SPEECHES, "kind": "statement", "language": "en"}],
    )
    codes = [{"path": path} for path in code_paths(data).values()]
    _write(folder / "codebook.csv", ("path",), codes)


def file_of(symbol: str) -> str:
    """`S/RES/2100 (2013)` -> mandates/S-RES-2100-2013.txt."""
    number, year = symbol.removeprefix("S/RES/").rstrip(")").split(" (")
    return f"mandates/S-RES-{number}-{year}.txt"


def code_paths(data: Path) -> Mapping[str, str]:
    """The name of each code in the data -> its path in the codebook, in the order of the file.

    A category is the parent of its components; where both have one name it is a code by itself. ` / ` stands between
    the levels of a path, so names are written without it.
    """
    paths = {}
    for row in _rows(data / "un" / "codebook_dpa2010.csv"):
        category, component = (row[column].replace(" / ", "/") for column in ("category", "component"))
        paths[row["code"]] = category if category == component else f"{category} / {component}"
    return paths


def _source(mandate: Mapping[str, str]) -> Mapping[str, str]:
    return {
        "file": file_of(mandate["symbol"]),
        "kind": "mandate",
        "title": f"{mandate['symbol']}: {mandate['title']}",
        "mission": mandate["mission"],
        "date": mandate["date"],
        "language": "en",
    }


def _write_speeches(path: Path, speeches: Iterable[Mapping[str, object]]) -> None:
    """The speeches without the names of those who spoke."""
    names: dict[tuple[object, object], str] = {}
    of_place: dict[object, int] = defaultdict(int)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for speech in speeches:
            place = speech["affiliation"] or "Briefer"
            who = (speech["speaker"] or speech["speech_id"], place)
            if who not in names:
                of_place[place] += 1
                names[who] = f"{place} {of_place[place]:02}"
            row = {name: speech[name] for name in KEPT} | {"pseudonym": names[who]}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _write(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    """Reads the command line and builds."""
    parser = argparse.ArgumentParser(description="Build a study of real public texts on UN peace operations.")
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--data", type=Path, default=DATA, help="the folder with the data sets")
    asked = parser.parse_args()
    build(asked.data, asked.folder)
    print(f"Built {asked.folder}; next: themes run {asked.folder}")


if __name__ == "__main__":
    main()
