"""QualCoder projects (a folder .qda with the SQLite file data.qda): texts, codes, codings, cases, notes, attributes.

QualCoder counts code points. It keeps no GUIDs, so they are made from the project's own numbers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from themes.errors import ExchangeError
from themes.exchange import guids
from themes.exchange.archive import shown_name
from themes.exchange.exchanged import (
    Case,
    Exchanged,
    ExchangedCode,
    ExchangedCoding,
    ExchangedSource,
    Lost,
    Medium,
    Note,
    Selection,
    User,
    Value,
    Variable,
)
from themes.exchange.positions import STANDARD, StoredText, placed, stored
from themes.exchange.read import Positions, Read, Sureness
from themes.exchange.tables import Row, Tables, moment, opened_tables, text, whole

READ = frozenset((
    "annotation", "attribute", "attribute_type", "case_text", "cases", "code_cat", "code_name", "code_text",
    "coder_names", "journal", "project", "source",
))  # fmt: skip
WHY = {
    "code_av": "stretches of sound and film are not carried, only those of text",
    "code_image": "parts of pictures are not carried, only stretches of text",
    "stored_sql": "questions to the program's own tables are not carried",
    "ris": "bibliographic records are not carried",
    "manage_files_display": "how the program shows its files is not carried",
    "files_filter": "how the program shows its files is not carried",
}
MEDIA = {"images": Medium.PICTURE, "audio": Medium.AUDIO, "video": Medium.VIDEO}
CATEGORY = ("catid", "name", "memo", "supercatid")
CODE = ("cid", "name", "memo", "catid", "color", "supercid")
Place = tuple[int, int, int]


def read_qualcoder(path: Path) -> Read:
    """The project in the folder (or in its data.qda), with what is lost; raises ExchangeError for anything else."""
    file = path / "data.qda" if path.is_dir() else path
    if path.is_dir() and not file.exists():
        problem = "The folder holds no data.qda, so it is no project of QualCoder."
        raise ExchangeError(problem, "Give the folder whose name ends in .qda.", path.name)
    with opened_tables(file, "QualCoder") as tables:
        if not {"code_name", "code_text", "source"} <= set(tables.names):
            problem = "The file is no project of QualCoder: it lacks tables that one has."
            raise ExchangeError(problem, "Give the folder whose name ends in .qda.", path.name)
        name = (path if path.is_dir() else path.absolute().parent).stem
        return _Project(tables, name).read()


class _Project:
    """A project while it is read: its users, notes and what is lost come together from all its tables."""

    def __init__(self, tables: Tables, name: str) -> None:
        self.tables = tables
        self.name = name
        self.users: dict[str, User] = {}
        self.notes: list[Note] = []
        self.lost: dict[tuple[str, str], int] = defaultdict(int)
        self.positions: list[Positions] = []
        self.codings: dict[Place, list[Row]] = defaultdict(list)
        self.marks: dict[Place, str] = {}
        self.texts: dict[int, StoredText] = {}
        self.values: dict[tuple[str, int], list[Value]] = defaultdict(list)
        self.codes_known: set[int] = set()

    def guid(self, kind: str, *numbers: object) -> str:
        return guids.made("qualcoder", self.name, kind, *map(str, numbers))

    def read(self) -> Read:
        codes, variables = self.codes(), self.variables()
        rows = list(self.tables.rows("source", "id", "name", "fulltext", "mediapath", "memo", "owner", "date"))
        self.texts = {whole(row["id"]): stored(text(row["fulltext"])) for row in rows if row["fulltext"] is not None}
        parts = self.parts_of_cases()
        self.gather()
        sources = tuple(self.source(row) for row in rows)
        cases = tuple(self.case(row, parts) for row in self.tables.rows("cases", "caseid", "name", "memo"))
        self.journals()
        self.leave()
        about: Row = next(self.tables.rows("project", "date", "memo", "about"), {})
        exchanged = Exchanged(
            name=self.name,
            origin=text(about.get("about")) or "QualCoder",
            users=tuple(self.users.values()),
            codes=codes,
            variables=variables,
            cases=cases,
            sources=sources,
            notes=tuple(self.notes),
            description=text(about.get("memo")),
            created=moment(about.get("date")),
        )
        lost = tuple(Lost(what, count, why) for (what, why), count in self.lost.items())
        return Read(exchanged, lost, tuple(self.positions))

    def user(self, row: Row) -> str:
        name = text(row["owner"]).strip()
        if not name:
            return ""
        guid = guids.made("qualcoder", "user", name)
        self.users.setdefault(guid, User(guid, name))
        return guid

    def note(self, row: Row, guid: str, column: str = "memo", name: str = "") -> tuple[str, ...]:
        """The memo of a row as a note, where it says anything."""
        said = text(row[column])
        if not said.strip():
            return ()
        self.notes.append(Note(guid, said, name, user=self.user(row), created=moment(row["date"])))
        return (guid,)

    def codes(self) -> tuple[ExchangedCode, ...]:
        """The categories, which only group, and the codes under them."""
        categories = {whole(row["catid"]): row for row in self.tables.rows("code_cat", *CATEGORY)}
        codes = {whole(row["cid"]): row for row in self.tables.rows("code_name", *CODE)}
        self.codes_known = set(codes)
        found = []
        for number, above in _from_above(categories, "supercatid"):
            row = categories[number]
            parent = None if above is None else self.guid("category", above)
            guid = self.guid("category", number)
            found.append(ExchangedCode(guid, text(row["name"]), parent, text(row["memo"]), codable=False))
        for number, above in _from_above(codes, "supercid"):
            row, category = codes[number], whole(codes[number]["catid"])
            parent = self.guid("category", category) if category in categories else None
            parent = parent if above is None else self.guid("code", above)
            guid, colour = self.guid("code", number), text(row["color"])
            found.append(ExchangedCode(guid, text(row["name"]), parent, text(row["memo"]), colour))
        return tuple(found)

    def variables(self) -> tuple[Variable, ...]:
        """The attributes of cases and files; their values are kept for the parts that have them."""
        found = {}
        for row in self.tables.rows("attribute_type", "name", "memo", "valuetype"):
            name = text(row["name"])
            kind = "Float" if text(row["valuetype"]) == "numeric" else "Text"
            found[name] = Variable(self.guid("attribute", name), name, kind, text(row["memo"]))
        for row in self.tables.rows("attribute", "name", "attr_type", "value", "id"):
            name, value = text(row["name"]), text(row["value"])
            if not value:
                continue  # the program writes an empty value for every case and file
            if name in found:
                self.values[text(row["attr_type"]), whole(row["id"])].append(Value(found[name].guid, value))
            else:
                self.lost["attribute", "its kind is not in the file"] += 1
        return tuple(found.values())

    def parts_of_cases(self) -> dict[int, tuple[list[str], list[str]]]:
        """For each case the sources that are wholly its own, and the selections that are."""
        parts: dict[int, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
        for row in self.tables.rows("case_text", "id", "caseid", "fid", "pos0", "pos1"):
            source, start, end = whole(row["fid"]), whole(row["pos0"]), whole(row["pos1"])
            sources, selections = parts[whole(row["caseid"])]
            length = len(self.texts[source].text) if source in self.texts else 0
            if start <= 0 and end >= length - 1:
                sources.append(self.guid("source", source))
            else:
                place = (source, start, end)
                selections.append(self.marks.setdefault(place, self.guid("selection", *place)))
        return parts

    def gather(self) -> None:
        """Brings the codings, the annotations and the parts of cases together that mark the same stretch."""
        columns = ("ctid", "cid", "fid", "seltext", "pos0", "pos1", "owner", "date", "memo", "important", "avid")
        for row in self.tables.rows("code_text", *columns):
            if whole(row["cid"]) not in self.codes_known:
                self.lost["code_text", "its code is not in the file"] += 1
                continue
            self.codings[_place(row)].append(row)
            if row["important"] not in (None, 0, ""):
                self.lost["code_text.important", "that a coding is marked as important is not carried"] += 1
        self.annotations: dict[Place, list[Row]] = defaultdict(list)
        for row in self.tables.rows("annotation", "anid", "fid", "pos0", "pos1", "memo", "owner", "date"):
            self.annotations[_place(row)].append(row)

    def source(self, row: Row) -> ExchangedSource:
        number, path = whole(row["id"]), text(row["mediapath"])
        kept = self.texts.get(number)
        folder = path.strip("/").partition("/")[0].partition(":")[0]
        medium = MEDIA.get(folder, Medium.PDF if path.casefold().endswith(".pdf") else Medium.TEXT)
        places = sorted({place for place in (*self.codings, *self.annotations, *self.marks) if place[0] == number})
        return ExchangedSource(
            guid=self.guid("source", number),
            name=text(row["name"]),
            medium=medium,
            text=None if kept is None else kept.text,
            path=path,
            description=text(row["memo"]),
            user=self.user(row),
            created=moment(row["date"]),
            selections=() if kept is None else self.selections(row, kept, places),
            values=tuple(self.values["file", number]),
        )

    def selections(self, row: Row, kept: StoredText, places: list[Place]) -> tuple[Selection, ...]:
        """The stretches of a source that anything marks, each with all its codings and notes."""
        place = placed(kept, STANDARD, [start for _, start, _ in places], [end for _, _, end in places])
        found, quotes = [], []
        for number, where in enumerate(places):
            codings, remarks = self.codings.pop(where, []), self.annotations.pop(where, [])
            if not place.inside[number]:
                why = "their positions are not in the text"
                self.lost["code_text", why] += len(codings)
                self.lost["annotation", why] += len(remarks)
                self.marks.pop(where, None)
                continue
            start, end = int(place.starts[number]), int(place.ends[number])
            quotes += [(kept.text[start:end], text(one["seltext"])) for one in codings]
            found.append(
                Selection(
                    guid=self.guid("selection", *where),
                    start=start,
                    end=end,
                    user=self.user((codings or remarks or [{"owner": None}])[0]),
                    created=moment(codings[0]["date"]) if codings else None,
                    codings=tuple(self.coding(one) for one in codings),
                    notes=tuple(
                        note for one in remarks for note in self.note(one, self.guid("annotation", one["anid"]))
                    ),
                )
            )
        if quotes:
            fitting = sum(said == stored(quote).text for said, quote in quotes)
            guid, name = self.guid("source", row["id"]), text(row["name"])
            self.positions.append(Positions(guid, name, STANDARD, Sureness.KNOWN, len(quotes), fitting, fitting))
        return tuple(found)

    def coding(self, row: Row) -> ExchangedCoding:
        number = whole(row["ctid"])
        return ExchangedCoding(
            guid=self.guid("coding", number),
            code=self.guid("code", whole(row["cid"])),
            user=self.user(row),
            created=moment(row["date"]),
            notes=self.note(row, self.guid("coding memo", number)),
        )

    def case(self, row: Row, parts: dict[int, tuple[list[str], list[str]]]) -> Case:
        number = whole(row["caseid"])
        sources, selections = parts.get(number, ([], []))
        there = set(self.marks.values())
        lost = [guid for guid in selections if guid not in there]
        if lost:
            self.lost["case_text", "their positions are not in the text"] += len(lost)
        return Case(
            guid=self.guid("case", number),
            name=text(row["name"]),
            description=text(row["memo"]),
            values=tuple(self.values["case", number]),
            sources=tuple(dict.fromkeys(sources)),
            selections=tuple(dict.fromkeys(guid for guid in selections if guid in there)),
        )

    def journals(self) -> None:
        for row in self.tables.rows("journal", "jid", "name", "jentry", "date", "owner"):
            self.note(row, self.guid("journal", row["jid"]), "jentry", text(row["name"]))

    def leave(self) -> None:
        """Counts what is left as lost: marks on sources without a text, and tables that are not read."""
        why = "the text of their source is not in the file"
        for what, rows in (("code_text", self.codings), ("annotation", self.annotations)):
            count = sum(map(len, rows.values()))
            if count:
                self.lost[what, why] += count
        for name in self.tables.names:
            if name not in READ and (count := self.tables.count(name)):
                unknown = "drawings are not carried" if name.startswith(("gr_", "graph")) else "the table is not known"
                self.lost[shown_name(name), WHY.get(name, unknown)] += count
        self.lost = {key: count for key, count in self.lost.items() if count}


def _place(row: Row) -> Place:
    return whole(row["fid"]), whole(row["pos0"]), whole(row["pos1"])


def _from_above(rows: Mapping[int, Row], parent: str) -> list[tuple[int, int | None]]:
    """The numbers of the rows with what each stands under, which comes first; of a ring each stands under nothing."""
    under: dict[int, list[int]] = defaultdict(list)
    for number, row in rows.items():
        under[whole(row[parent])].append(number)
    found: dict[int, int | None] = {number: None for number, row in rows.items() if whole(row[parent]) not in rows}
    waiting = list(found)
    for above in waiting:
        for number in under[above]:
            found[number] = above
            waiting.append(number)
    return [*found.items(), *((number, None) for number in rows if number not in found)]
