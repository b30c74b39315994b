"""The page of memos: everything that was noted, and a place to note more on the study and its sources."""

from __future__ import annotations

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from themes.domain import Memo, SegmentId, SourceId, SubjectKind, ThemeId
from themes.review import Coder
from themes.web.desk import Desk
from themes.web.house import coder, house, signed_in

_MOST_WORDS = 60


def routes() -> list[Route]:
    """The page; memos are kept by the act `memo`."""
    return [Route("/memos", signed_in(page))]


async def page(request: Request) -> Response:
    """Every memo that the coder may see, the latest first; of the study and of each source, a field to write in."""
    shared, asking = house(request), coder(request)
    desk = shared.desk
    standing = desk.memos()
    wanted = request.query_params.get("words", "").strip()
    found = [_shown(desk, memo) for memo in reversed(list(standing.values())) if _may_see(desk, asking, memo)]
    if wanted:
        found = [one for one in found if wanted.casefold() in f"{one['text']} {one['about']}".casefold()]
    own = {(kind, subject): memo.text for (kind, subject, name), memo in standing.items() if name == asking.name}
    return shared.page(
        request,
        "memos.html",
        memos=found,
        wanted=wanted,
        study_memo=own.get((SubjectKind.STUDY, ""), ""),
        sources=[
            {"id": source, "title": title, "memo": own.get((SubjectKind.SOURCE, source), "")}
            for source, title in desk.memory.titles.items()
        ],
    )


def _may_see(desk: Desk, asking: Coder, memo: Memo) -> bool:
    """One's own; of others, those on segments that both are done with, and those on anything else."""
    if memo.coder == asking.name or memo.kind is not SubjectKind.SEGMENT:
        return True
    segment = SegmentId(memo.subject)
    return asking.of(segment).done and desk.coder(memo.coder).of(segment).done


def _shown(desk: Desk, memo: Memo) -> dict[str, str]:
    subject = memo.subject
    titles = {SubjectKind.STUDY: "the study", SubjectKind.SOURCE: desk.memory.titles.get(SourceId(subject), subject)}
    themes = desk.memory.themes
    titles[SubjectKind.THEME] = f"{subject} {themes[ThemeId(subject)].label}" if subject in themes else subject
    link = {
        SubjectKind.SEGMENT: f"/?at={quote(subject)}",
        SubjectKind.THEME: f"/themes?at={quote(subject)}",
        SubjectKind.CODE: f"/codebook?at={quote(subject)}",
    }
    words = titles.get(memo.kind, subject)
    if memo.kind is SubjectKind.SEGMENT and subject in desk.memory.place:
        line = desk.memory.lines[desk.memory.place[SegmentId(subject)]]
        said = desk.memory.text(line).split()
        words = " ".join(said[:_MOST_WORDS]) + (" …" if len(said) > _MOST_WORDS else "")
    return {
        "kind": str(memo.kind),
        "about": words,
        "link": link.get(memo.kind, ""),
        "text": memo.text,
        "coder": memo.coder,
        "at": f"{memo.at.astimezone():%d %b %Y %H:%M}",
    }
