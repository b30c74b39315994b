"""Somebody who has a report and wants the numbers that it hides.

They read every number of tables and page, write down what sums these obey, and solve. A hidden number is won where all
numbers that fit what was published agree on it.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import TYPE_CHECKING, Any

import numpy as np

from themes.domain import TALK, Estimate, ancestors
from themes.domain.sums import ALL, Cell, noughts, sums_of

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Report = Mapping[str, str]
"""Name of a file -> its text."""

Name = tuple[str, ...]
"""("segments", *cell), ("participants", *cell), ("count" or "mentioning", subject kind, subject, *cell)."""

TOP: Cell = (TALK, ALL, ALL, ALL)
SIZES = ("segments", "participants")


@dataclass
class Attack:
    """What is known and what is sought; `prior` are sums that hold in the study, which the attacker is told."""

    cells: list[Cell] = field(default_factory=list)
    subjects: list[tuple[str, str]] = field(default_factory=list)
    known: dict[Name, float] = field(default_factory=dict)
    sought: set[Name] = field(default_factory=set)
    clashes: list[str] = field(default_factory=list)

    def learn(self, name: Name, value: float, where: str) -> None:
        """Takes a published number; what two places say differently is a mistake of the report."""
        if self.known.setdefault(name, value) != value:
            self.clashes.append(f"{where}: {name} is {value}, not {self.known[name]}")
        self.sought.discard(name)


def attack(report: Report, truth: Iterable[Estimate]) -> Attack:
    """Everything that the report says of talk; what it does not say of these estimates is sought."""
    rows = [one for one in truth if one.source_kind == TALK and ALL in (one.actor_group, one.mission)]
    found = Attack(list(dict.fromkeys(one.cell for one in rows)))
    _read_table(found, report)
    found.sought = {name for one in rows for name in _names(one)} - found.known.keys()
    found.sought -= {name for name in found.sought if name[0] == "mentioning" and ("count", *name[1:]) in found.known}
    _read_cards(found, report)
    _read_map(found, report)
    _read_heats(found, report)
    _read_segments(found, report)
    return found


def _names(one: Estimate) -> list[Name]:
    subject = (one.subject_kind, one.subject, *one.cell)
    return [("segments", *one.cell), ("participants", *one.cell), ("count", *subject), ("mentioning", *subject)]


def values(truth: Iterable[Estimate]) -> dict[Name, int]:
    """What all those numbers are."""
    return {
        name: value
        for one in truth
        for name, value in zip(_names(one), (one.segments, one.participants, one.count, one.mentioning), strict=True)
    }


def _rows(report: Report, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(report[f"tables/{name}.csv"], newline="")))


def _read_table(found: Attack, report: Report) -> None:
    for row in _rows(report, "prevalence"):
        if row["source_kind"] != TALK:
            continue
        cell = (TALK, row["actor_group"], row["mission"], row["period"])
        subject = (row["subject_kind"], row["subject"])
        found.subjects += [subject] if subject not in found.subjects else []
        numbers: dict[Name, str] = {
            ("segments", *cell): row["segments"],
            ("participants", *cell): row["participants"],
            ("count", *subject, *cell): row["count"],
            ("mentioning", *subject, *cell): row["participants_mentioning"],
        }
        for name, value in numbers.items():
            if value:
                found.learn(name, int(value), "prevalence.csv")
        if row["share"] and row["segments"] and not row["count"]:
            found.learn(("count", *subject, *cell), round(float(row["share"]) * int(row["segments"])), "prevalence.csv")


def _read_cards(found: Attack, report: Report) -> None:
    """What the cards say: sizes of themes and codes, bars by group, and quotes with whom they are attributed to."""
    html = report["index.html"]
    themes = [(row["theme"], int(row["size"]), float(row["mandate_share"] or 0)) for row in _rows(report, "themes")]
    for number, (theme, size, mandates) in enumerate(themes, start=1):
        found.learn(("count", "theme", theme, *TOP), size - round(size * mandates), "themes.csv")
        card = html.split(f'<article class="card" id="theme-{number}"')[1].split("</article>")[0]
        _read_bars(found, ("theme", theme), card)
        _read_quotes(found, ("theme", theme), card)
    for card in html.split('<details id="code-')[1:]:
        code = re.search(r"<summary><h3><bdi>(.*?)</bdi>", card)
        assert code
        talk = re.search(r"(\d+) in talk", card.split("</summary>")[0])
        if talk:
            found.learn(("count", "code", code[1], *TOP), int(talk[1]), "code card")
        _read_quotes(found, ("code", code[1]), card.split("</details>")[0])


def _read_bars(found: Attack, subject: tuple[str, str], card: str) -> None:
    for row in card.split('<tr><th scope="row">')[1:]:
        bar = re.search(r'class="of"><b>(\d+)</b> of (\d+)', row.split("</tr>")[0])
        if bar:
            cell = (TALK, _words(row.split("</th>")[0]), ALL, ALL)
            found.learn(("count", *subject, *cell), int(bar[1]), "bar")
            found.learn(("segments", *cell), int(bar[2]), "bar")


def _words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def _read_heats(found: Attack, report: Report) -> None:
    """The tables of counts: heads tell people, cells tell counts and segments."""
    themes = [row["theme"] for row in _rows(report, "themes")]
    for table in report["index.html"].split('<table class="heat">')[1:]:
        caption = _words(table.split("</caption>")[0])
        if "in talk" not in caption:
            continue
        head, body = table.split("</thead>")[0], table.split("</table>")[0].split("</thead>")[1]
        places = _heat_cells(head, by_group="by actor group" in caption)
        people = re.findall(r'<th scope="col" class="[^"]*">.*?<span class="small">(.*?)</span>', head, re.DOTALL)
        for cell, said in zip(places, people, strict=True):
            number = re.match(r"(\d+) (?:people|person)", said)
            if number:
                found.learn(("participants", *cell), int(number[1]), caption)
        for row in body.split('<tr><th scope="row"')[1:]:
            label, *cells = re.split(r"<td", row.split("</tr>")[0])
            subject = _subject(_words(label.split(">", 1)[1]), themes, caption)
            for cell, said in zip(places, cells, strict=True):
                numbers = re.search(r"<b>(\d+)</b> <span class=\"of\">of (\d+)", said)
                if numbers:
                    found.learn(("count", *subject, *cell), int(numbers[1]), caption)
                    found.learn(("segments", *cell), int(numbers[2]), caption)


def _subject(label: str, themes: list[str], caption: str) -> tuple[str, str]:
    return ("code", label) if caption.startswith("Codes") else ("theme", themes[int(label.split(maxsplit=1)[0]) - 1])


def _heat_cells(head: str, *, by_group: bool) -> list[Cell]:
    labels = [
        _words(one) for one in re.findall(r'<th scope="col" class="[^"]*">(.*?)<span class="small">', head, re.DOTALL)
    ]
    if by_group:
        return [(TALK, ALL if label == "All talk" else label, ALL, ALL) for label in labels]
    blocks = re.findall(r'colspan="(\d+)" scope="colgroup">(.*?)</th>', head, re.DOTALL)
    missions = [_words(name) for width, name in blocks for _ in range(int(width))]
    return [
        (TALK, ALL, ALL if mission == "All missions" else mission, ALL if label == "all periods" else label)
        for mission, label in zip(missions, labels, strict=True)
    ]


def _read_quotes(found: Attack, subject: tuple[str, str], card: str) -> None:
    """Where all talk of a subject is quoted, the quotes of a group can be counted."""
    quotes = [_words(one) for one in re.findall(r"<figcaption>(.*?)</figcaption>", card, re.DOTALL)]
    talk = [one for one in quotes if "S/RES/" not in one]
    if not talk or len(talk) != found.known.get(("count", *subject, *TOP)) or any("withheld" in one for one in talk):
        return
    groups = Counter(path for one in talk for path in ancestors(one.split(",")[0].strip()))
    for group in {cell[1] for cell in found.cells} - {ALL, "unspecified"}:
        found.learn(("count", *subject, TALK, group, ALL, ALL), groups[group], "quotes")


def _read_map(found: Attack, report: Report) -> None:
    """The marks of each theme on the map; how many of them are mandates the table of segments tells."""
    mandates = Counter(row["theme"] for row in _rows(report, "segments") if row["source_kind"] == "mandate")
    for number, row in enumerate(_rows(report, "themes"), start=1):
        line = report["index.html"].split(f'<polyline data-theme="{number}"')[1].split(' points="')[1].split('"')[0]
        found.learn(("count", "theme", row["theme"], *TOP), len(line.split()) // 2 - mandates[row["theme"]], "map")


def _read_segments(found: Attack, report: Report) -> None:
    """Rows of talk could simply be counted."""
    rows = [row for row in _rows(report, "segments") if row["source_kind"] != "mandate"]
    for cell in found.cells if rows else []:
        inside = [
            row
            for row in rows
            if cell[1] in (ALL, *ancestors(row["actor_group"]))
            and cell[2] in (ALL, row["mission"])
            and cell[3] in (ALL, row["period"])
        ]
        found.learn(("segments", *cell), len(inside), "segments.csv")
        found.learn(("participants", *cell), len({row["participant"] for row in inside}), "segments.csv")


# --- solving ---


@dataclass
class Problem:
    """Equations and inequalities over the unknown names."""

    names: dict[Name, int] = field(default_factory=dict)
    equal: list[tuple[dict[Name, int], float]] = field(default_factory=list)
    under: list[tuple[dict[Name, int], float]] = field(default_factory=list)

    def say(self, terms: Mapping[Name, int], known: Mapping[Name, float], *, equal: bool) -> None:
        """The terms come to nothing, or to nothing at most."""
        left = {name: factor for name, factor in terms.items() if name not in known}
        right = -sum(factor * known[name] for name, factor in terms.items() if name in known)
        if left:
            for name in left:
                self.names.setdefault(name, len(self.names))
            (self.equal if equal else self.under).append((left, right))

    def matrix(self, rows: list[tuple[dict[Name, int], float]]) -> csr_matrix:
        """The rows over the unknown names in their order."""
        from scipy.sparse import csr_matrix

        found = [(place, self.names[name], times) for place, (row, _) in enumerate(rows) for name, times in row.items()]
        line, column, value = zip(*found, strict=True) if found else ((), (), ())
        return csr_matrix((value, (line, column)), shape=(len(rows), len(self.names)))


def won(found: Attack, truth: Mapping[Name, int]) -> dict[Name, int]:
    """The sought numbers that everything published allows in one way only, and what they are."""
    problem = _problem(found, truth)
    nothing = _noughts(found, truth)
    sought = [name for name in found.sought if name in problem.names and name not in nothing]
    return {name: truth[name] for name in _fixed(problem, sought)}


def _noughts(found: Attack, truth: Mapping[Name, int]) -> set[Name]:
    """What is nothing because a whole that is shown comes to nothing: the report says so, and no one could hide it."""
    sums, told = sums_of(found.cells), set[Name]()
    for subject in found.subjects:
        counts = [truth.get(("count", *subject, *cell), 0) for cell in found.cells]
        away = {place for place, cell in enumerate(found.cells) if ("count", *subject, *cell) not in found.known}
        places = noughts(sums, away, counts)
        told |= {(what, *subject, *found.cells[place]) for place in places for what in ("count", "mentioning")}
    return told


def _problem(found: Attack, truth: Mapping[Name, int]) -> Problem:
    problem = Problem()
    cells, known = found.cells, found.known
    kinds = ["segments", *(("count", *subject) for subject in found.subjects)]
    for kind in kinds:
        head = (kind,) if isinstance(kind, str) else kind
        for one in sums_of(cells):
            parts, whole = [(*head, *cells[place]) for place in one[:-1]], (*head, *cells[one[-1]])
            names = dict.fromkeys(parts, 1) | {whole: -1}
            whole_sum = sum(truth[("segments", *cells[place])] for place in one[:-1])
            problem.say(names, known, equal=whole_sum == truth[("segments", *cells[one[-1]])])
    for one in sums_of(cells):
        of_groups = all(cells[place][2:] == cells[one[-1]][2:] for place in one[:-1])
        for head in (("participants",), *(("mentioning", *subject) for subject in found.subjects)):
            names = {(*head, *cells[place]): 1 for place in one[:-1]} | {(*head, *cells[one[-1]]): -1}
            parts_sum = sum(truth.get((*head, *cells[place]), 0) for place in one[:-1])
            if of_groups and parts_sum == truth.get((*head, *cells[one[-1]]), 0):
                problem.say(names, known, equal=True)
    for cell in cells:
        _bounds(problem, found, cell)
    return problem


def _bounds(problem: Problem, found: Attack, cell: Cell) -> None:
    """A cell has somebody in it; nobody is counted twice; a segment counts for one code and one theme at most."""
    known = found.known
    problem.say({("participants", *cell): 1, ("segments", *cell): -1}, known, equal=False)
    for subject in found.subjects:
        count, people = ("count", *subject, *cell), ("mentioning", *subject, *cell)
        problem.say({count: 1, ("segments", *cell): -1}, known, equal=False)
        problem.say({people: 1, count: -1}, known, equal=False)
        problem.say({people: 1, ("participants", *cell): -1}, known, equal=False)
    for kind in ("code", "theme"):
        own = {("count", *subject, *cell): 1 for subject in found.subjects if subject[0] == kind}
        problem.say(own | {("segments", *cell): -1}, known, equal=False)


def _fixed(problem: Problem, sought: list[Name]) -> list[Name]:
    """The names that have one whole number only: corners of what is possible, until each is seen to move or cannot."""
    if not sought:
        return []
    solve = _Corners(problem)
    chance = np.random.default_rng(0)
    for _ in range(20):
        left = [name for name in sought if not solve.moves(name)]
        aim = np.zeros(len(problem.names))
        aim[[problem.names[name] for name in left]] = chance.choice((-1.0, 1.0), len(left)) if left else 0
        if left:
            solve.corner(aim)
    for name in [name for name in sought if not solve.moves(name)]:
        for sign in (1.0, -1.0):
            aim = np.zeros(len(problem.names))
            aim[problem.names[name]] = sign
            solve.corner(aim)
    return [name for name in sought if not solve.moves(name)]


class _Corners:
    """The least and the most of each number, over the corners that were visited."""

    def __init__(self, problem: Problem) -> None:
        self.names = problem.names
        self.known: dict[str, Any] = {
            "A_ub": problem.matrix(problem.under),
            "b_ub": [right for _, right in problem.under],
            "A_eq": problem.matrix(problem.equal),
            "b_eq": [right for _, right in problem.equal],
            "bounds": [(1 if name[0] in SIZES else 0, 500) for name in problem.names],
        }
        self.least = np.full(len(problem.names), np.inf)
        self.most = np.full(len(problem.names), -np.inf)

    def corner(self, aim: np.ndarray) -> None:
        """Goes as far as possible against `aim`."""
        from scipy.optimize import linprog

        solved = linprog(aim, method="highs", **self.known)
        assert solved.status == 0, solved.message
        np.minimum(self.least, solved.x, out=self.least)
        np.maximum(self.most, solved.x, out=self.most)

    def moves(self, name: Name) -> bool:
        """Whether two whole numbers are possible."""
        place = self.names[name]
        return bool(np.floor(self.most[place] + 1e-6) - np.ceil(self.least[place] - 1e-6) >= 1)
