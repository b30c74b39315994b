"""Tables to take away: codings, memos, the codebook and the log. Of interviews only the codebook's example quotes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from themes.domain import Decision, harmless
from themes.project import LogEntry
from themes.review import tree_order
from themes.web.desk import Desk
from themes.web.house import house, signed_in
from themes.web.wording import in_words

Rows = Iterable[tuple[str, ...]]


def routes() -> list[Route]:
    """A file for each table."""
    return [Route("/export/{name}.csv", signed_in(table))]


async def table(request: Request) -> Response:
    """One table as CSV; nothing in it can be taken for a formula."""
    name, shared = request.path_params["name"], house(request)
    make = _TABLES.get(name)
    if make is None:
        raise HTTPException(404, "There is no such table.")
    everybody = dict.fromkeys(entry.coder for entry in shared.desk.log)  # who only wrote a memo too
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")  # then a carriage return in a cell gets quotes
    for row in make(shared.desk, everybody if shared.sees_all(request) else shared.seen(request)):
        writer.writerow([_one_line_end(harmless(cell)) for cell in row])
    headers = {"content-disposition": f'attachment; filename="{name}.csv"'}
    return Response(written.getvalue(), media_type="text/csv", headers=headers)


def _one_line_end(text: str) -> str:
    """The text with line feeds alone: a bare carriage return would end the row for some programs."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _codings(desk: Desk, names: Iterable[str]) -> Rows:
    yield "segment", "source", "actor_group", "mission", "period", "code", "coder", "in_bulk", "start", "end"
    for name in names:
        for segment, said in desk.coder(name).said.items():
            place = desk.memory.place.get(segment)
            if place is not None:
                line = desk.memory.lines[place]
                start, end = said.bounds or (line.start, line.end)
                about = (segment, line.source, line.actor_group, line.mission, line.period)
                for code in said.codes or (("no code fits",) if said.none else ()):
                    yield (*about, code, name, "yes" if code in said.bulk else "no", str(start), str(end))


def _memos(desk: Desk, names: Iterable[str]) -> Rows:
    yield "kind", "subject", "coder", "at", "text"
    allowed = set(names)
    for memo in desk.memos().values():
        if memo.coder in allowed:
            yield str(memo.kind), memo.subject, memo.coder, memo.at.isoformat(timespec="seconds"), memo.text


def _codebook(desk: Desk, names: Iterable[str]) -> Rows:  # noqa: ARG001  as the other tables
    yield "code", "parent", "definition", "use_when", "not_when", "examples"
    for _, code in tree_order(desk.called.revised.codebook):
        yield code.name, code.parent or "", code.definition, code.use_when, code.not_when, " | ".join(code.examples)


def _log(desk: Desk, names: Iterable[str]) -> Rows:
    yield "number", "at", "coder", "what", "segment", "undoes", "batch", "shown"
    allowed = set(names)
    for entry in desk.log:
        if entry.coder in allowed:
            yield _entry(entry)


def _entry(entry: LogEntry) -> tuple[str, ...]:
    at, undoes = entry.at.isoformat(timespec="seconds"), "" if entry.undoes is None else str(entry.undoes)
    if isinstance(entry, Decision):
        what = f"{entry.verdict} {entry.code or ''}".strip()
        return str(entry.id), at, entry.coder, what, entry.segment, undoes, entry.batch, str(entry.shown)
    return str(entry.id), at, entry.coder, "undo" if undoes else in_words([entry]), "", undoes, "", ""


_TABLES = {"codings": _codings, "memos": _memos, "codebook": _codebook, "log": _log}
