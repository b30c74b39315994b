"""The page of the codebook: the tree with its counts, edits with what they put in doubt before they are saved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from themes.domain import Code, CodeAct, Codebook, CodebookEdit, CodeId, Judgement, Role, SubjectKind
from themes.errors import DecisionError
from themes.review import Coder, Editor, Held, describe, preview, tree_order
from themes.web.acting import Asked, step_of
from themes.web.desk import Desk
from themes.web.house import House, body_of, coder, house, signed_in
from themes.web.reviewing import answered
from themes.web.wording import in_words

_LONGEST, _LONGEST_PATH, _MOST_EXAMPLES = 5_000, 1_000, 100
_WORDS = ("definition", "use_when", "not_when")
_FAR_REACHING = (CodeAct.MERGE, CodeAct.SPLIT, CodeAct.RETIRE, CodeAct.REDEFINE)


def routes() -> list[Route]:
    """The page, the preview of an edit, and its saving."""
    return [
        Route("/codebook", signed_in(page)),
        Route("/codebook/preview", signed_in(previewed, Role.CODER), methods=["POST"]),
        Route("/codebook/acts", signed_in(acted, Role.CODER), methods=["POST"]),
    ]


async def page(request: Request) -> Response:
    """The codebook, one of its codes open."""
    shared, asking = house(request), coder(request)
    at = request.query_params.get("at", "")
    asked = {name: request.query_params.get(name, "") for name in ("adopt", "name", "terms")}
    return shared.page(request, "codebook.html", parts=parts(shared, asking, at), at=_open(shared.desk, at), new=asked)


async def previewed(request: Request) -> Response:
    """What an edit would put in doubt; nothing is saved."""
    shared, asking = house(request), coder(request)
    edit = _edit(shared.desk, asking, Asked.parse(await body_of(request)))
    return JSONResponse({"words": _preview(shared.desk, edit), "edit": _told(edit)})


async def acted(request: Request) -> Response:
    """An edit saved, and the page after it."""
    shared, asking = house(request), coder(request)
    asked = Asked.parse(await body_of(request))
    desk, step = shared.desk, step_of(asking, asked)
    words = "This was done already."
    at = asked.text("code", _LONGEST_PATH)
    if asked.act in ("undo", "redo"):
        words = (await answered(shared, asking, asked)).words
    elif not desk.project.recorded_step(step):
        edit = _edit(desk, asking, asked)
        words = _preview(desk, edit)
        if edit.act in _FAR_REACHING:
            desk.back_up()
        desk.record([edit], step)
        at = edit.made[0].id if edit.made else at
    return JSONResponse({"words": words, "at": _open(desk, at), "parts": parts(shared, asking, at)})


# --- an edit as the page asks for it ---


def _edit(desk: Desk, asking: Coder, asked: Asked) -> CodebookEdit:
    """The edit, checked against the codebook as it stands; DecisionError where it is not possible."""
    editor = Editor(desk.called.revised, asking.name, datetime.now(UTC), asked.text("reason", _LONGEST))
    draft = _DRAFTS.get(asked.act)
    if draft is None:
        raise DecisionError("The request is not understood.", "Load the page again.")
    return draft(editor, asked)


def _code(asked: Asked) -> str:
    return asked.text("code", _LONGEST_PATH)


def _name(asked: Asked, field: str = "name") -> str:
    return asked.text(field, _LONGEST_PATH)


def _said(asked: Asked, name: str) -> Code:
    """What the form says of a code."""
    lines = asked.text("examples", _LONGEST * 4).splitlines()
    examples = tuple(line.strip() for line in lines if line.strip())[:_MOST_EXAMPLES]
    definition, use_when, not_when = (asked.text(field, _LONGEST).strip() for field in _WORDS)
    return Code(CodeId(name), name, None, definition, use_when, not_when, examples)


_DRAFTS: Mapping[str, Callable[[Editor, Asked], CodebookEdit]] = {
    "add": lambda editor, asked: editor.add(_said(asked, _name(asked)), _name(asked, "parent") or None),
    "rename": lambda editor, asked: editor.rename(_code(asked), _name(asked)),
    "redefine": lambda editor, asked: editor.redefine(_code(asked), _said(asked, "")),
    "move": lambda editor, asked: editor.move(_code(asked), _name(asked, "parent") or None),
    "merge": lambda editor, asked: editor.merge([_code(asked), _name(asked, "other")], _name(asked)),
    "split": lambda editor, asked: editor.split(
        _code(asked), [Code(CodeId(name), name) for name in (_name(asked, "first"), _name(asked, "second"))]
    ),
    "retire": lambda editor, asked: editor.retire([_code(asked)]),
}


def _told(edit: CodebookEdit) -> str:
    """The edit in a sentence, with the name that a code would have, or the names of its parts."""
    made = " and ".join(code.id for code in edit.made if code.id not in edit.codes)
    return f"{in_words([edit])}{f': {made}' if edit.codes and made else ''}."


def _preview(desk: Desk, edit: CodebookEdit) -> str:
    """What the edit puts in doubt, in words."""
    reading = desk.project.reading
    shown = {code for code, today in desk.called.names.items() if today in edit.codes}
    held = Held(
        judgements=tuple(_judgements(desk)),
        source_of={line.segment: line.source for line in desk.memory.lines},
        theme_codes=desk.called.theme_codes(reading.theme_codes()),
        suggestions=reading.suggestions_of(shown) if edit.act is CodeAct.REDEFINE else (),
    )
    return preview(edit, Codebook(desk.memory.base_codes), desk.called.revised.log, held).words


def _judgements(desk: Desk) -> list[Judgement]:
    """What every coder says now, under today's names of codes."""
    return [word for name in desk.coders for word in desk.coder(name).judgements()]


# --- the page ---


def _open(desk: Desk, at: str) -> str:
    return at if at in desk.called.codes else next(iter(desk.called.codes), "")


def parts(shared: House, asking: Coder, at: str) -> dict[str, str]:
    """The tree, and the code that is open."""
    desk = shared.desk
    opened = _open(desk, at)
    counts = Counter(code for name in desk.coders for said in desk.coder(name).said.values() for code in said.codes)
    firsts = Counter(code for code, _ in desk.called.firsts.values())
    doubted = Counter(doubt.code for doubt in desk.doubts())
    memo = desk.memos().get((SubjectKind.CODE, opened, asking.name))
    return {
        "tree": shared.part(
            "code-tree.html",
            rows=[
                {"code": code, "depth": depth, "coded": counts[code.id], "first": firsts[code.id],
                 "doubted": doubted[code.id]}
                for depth, code in tree_order(desk.called.revised.codebook)
            ],
            at=opened,
            retired=desk.called.revised.retired,
            n_doubted=sum(doubt.coder == asking.name for doubt in desk.doubts()),
        ),
        "code": shared.part(
            "code.html",
            code=desk.called.codes.get(CodeId(opened)),
            codes=list(desk.called.codes),
            coded=counts[CodeId(opened)],
            first=firsts[CodeId(opened)],
            memo=memo.text if memo else "",
            log=_log(desk, opened),
            last=in_words(asking.history.undoable.entries) if asking.history.undoable else "",
        ),
    }  # fmt: skip


def _log(desk: Desk, code: str) -> list[dict[str, Any]]:
    """The edits that name the code, the latest first."""
    own = [edit for edit in desk.called.revised.log if code in {*edit.codes, *(made.id for made in edit.made)}]
    return [{"words": describe(edit), "reason": edit.reason, "at": f"{edit.at:%d %b %Y}"} for edit in reversed(own)]
