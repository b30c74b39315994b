"""The findings as a Word file: the same study gives the same bytes."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from themes.report.findings import Finding, findings
from themes.report.material import Material
from themes.report.methods import methods
from themes.report.options import ReportOptions
from themes.report.page import people, summary
from themes.report.quotes import Quote
from themes.report.sections import Grid, Points, Section

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip file can hold: every part has it, or the bytes would tell when it was written."""

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
"""What XML cannot hold."""

_FONT_LANGUAGE = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}themeFontLang"

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")

_RIGHT_TO_LEFT = ("ar", "dv", "fa", "he", "ps", "ur", "yi")

_CAUTION = (
    "Shares are of segments, not of people. Where it says “at most” or “between”, or counts interviews, too little was "
    "checked to say more. Quotes carry the end of their segment's id, by which tables/segments.csv finds them."
)


def findings_docx(material: Material, options: ReportOptions) -> bytes:
    """findings.docx: title, notice, summary, a section for each code, the table of shares, the methods."""
    import docx

    document = docx.Document()
    _set_up(document, material.study.title)
    _opening(document, material)
    found = findings(material, options)
    document.add_heading("Findings", 1)
    for one in found.codes:
        _finding(document, one)
    if not found.codes:
        _paragraph(document, "The study has no codebook, so there is nothing to say of codes.")
    if found.shares.rows:
        document.add_heading("Shares", 1)
        _grid(document, found.shares)
    document.add_heading("Methods", 1)
    for section in methods(material, options):
        _section(document, section)
    return _fixed(document)


def _set_up(document: Any, title: str) -> None:
    """Properties without a time or a name, British English throughout, A4 and a smaller body."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    made, known = datetime(*_EPOCH), document.core_properties  # noqa: DTZ001  the file keeps no zone
    known.author, known.last_modified_by, known.comments, known.revision = "", "", "", 1
    known.title, known.created, known.modified, known.language = _clean(title), made, made, "en-GB"
    normal = document.styles["Normal"]
    normal.font.size = Pt(10.5)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-GB")
    normal.element.get_or_add_rPr().append(language)
    for element in (*document.styles.element.iter(qn("w:lang")), *document.settings.element.iter(_FONT_LANGUAGE)):
        element.set(qn("w:val"), "en-GB")
    (page,) = document.sections
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(2.5)
    found = document.styles.add_style("Attribution", WD_STYLE_TYPE.PARAGRAPH)
    found.base_style, found.font.size = normal, Pt(9)
    found.paragraph_format.left_indent, found.paragraph_format.space_after = Cm(1), Pt(8)
    document.styles["Quote"].paragraph_format.left_indent = Cm(1)
    document.styles["Quote"].paragraph_format.space_after = Pt(2)
    document.styles["Caption"].paragraph_format.keep_with_next = True
    document.styles["Caption"].paragraph_format.space_before = Pt(10)


def _opening(document: Any, material: Material) -> None:
    document.add_heading(_clean(material.study.title), 0)
    if material.study.notice:
        notice = _paragraph(document, "Notice: ", bold=True)
        notice.add_run(_clean(material.study.notice))
    _paragraph(document, summary(material))
    _paragraph(document, people(material))
    _paragraph(document, _CAUTION)


def _finding(document: Any, one: Finding) -> None:
    document.add_heading(_clean(one.name), _level(one))
    if one.definition:
        _paragraph(document, one.definition, italic=True)
    for words in one.limits:
        _paragraph(document, words, style="ListBullet")
    if not one.heading:
        _said(document, one)


def _level(one: Finding) -> int:
    """The heading of a code: never so deep that what stands in it would have none left."""
    return min(2 + one.depth, 8)


def _said(document: Any, one: Finding) -> None:
    """How common it is, who speaks of it, what changed, the quotes and what stands beside them."""
    below = _level(one) + 1
    for words in one.said.shares or ("Nothing can be said of how common it is.",):
        _paragraph(document, words)
    _listed(document, below, "Who speaks of it", (one.said.groups, one.said.people, *one.said.among))
    _listed(document, below, "At mandate dates", one.said.changes)
    _quotes(document, below, "Quotes", one.quotes.shown, one.quotes.silent)
    beside = one.beside
    _quotes(document, below, "Counter-examples" if beside.decided else "Borderline", beside.counters)
    _quotes(document, below, "Missed by the machine", beside.missed, (beside.told,))


def _listed(document: Any, level: int, name: str, points: Iterable[str]) -> None:
    """A heading and its points, where there are any."""
    shown = [point for point in points if point]
    if shown:
        document.add_heading(name, level)
    for point in shown:
        _paragraph(document, point, style="ListBullet")


def _quotes(document: Any, level: int, name: str, quotes: Sequence[Quote], after: Iterable[str] = ()) -> None:
    """Quotes under a heading of their own, with what is said of them; nothing where there is neither."""
    notes = [words for words in after if words]
    if quotes or notes:
        document.add_heading(name, level)
    for quote in quotes:
        _quote(document, quote)
    for words in notes:
        _paragraph(document, words)


def _quote(document: Any, quote: Quote) -> None:
    """The words, and below them who said them, where to find them, and how they come to stand here."""
    words = _paragraph(document, f"“{quote.text}{' […]' if quote.cut else ''}”", style="Quote")
    words.paragraph_format.keep_with_next = True
    _in_language(words, quote.language)
    found = "; ".join(part for part in (quote.reference, quote.remark) if part)
    _paragraph(document, f"{quote.attribution} ({found})" if found else quote.attribution, style="Attribution")


def _in_language(paragraph: Any, language: str) -> None:
    """Marks words that are not English with their language, and sets those so that are written from right to left."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    short = language.partition("-")[0]
    right_to_left = short in _RIGHT_TO_LEFT
    if right_to_left:
        paragraph.paragraph_format.element.get_or_add_pPr().append(OxmlElement("w:bidi"))
    for run in paragraph.runs:
        if right_to_left:
            run.font.rtl = True
        if short not in ("", "en") and _LANGUAGE.fullmatch(language):
            spoken = OxmlElement("w:lang")
            spoken.set(qn("w:bidi" if right_to_left else "w:val"), language)
            run._r.get_or_add_rPr().append(spoken)


def _section(document: Any, section: Section) -> None:
    document.add_heading(_clean(section.heading), 2)
    for block in section.blocks:
        if isinstance(block, Grid):
            _grid(document, block)
        elif isinstance(block, Points):
            for point in block.points:
                _paragraph(document, point, style="ListBullet")
        else:
            _paragraph(document, block)


def _grid(document: Any, grid: Grid) -> None:
    """A table with its caption; its first row heads every page."""
    from docx.oxml import OxmlElement
    from docx.shared import Pt

    if grid.caption:
        _paragraph(document, grid.caption, style="Caption")
    table = document.add_table(rows=1, cols=len(grid.columns), style="Light Grid Accent 1")
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for _ in grid.rows:
        table.add_row()
    for row, texts in zip(table.rows, (grid.columns, *grid.rows), strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.paragraphs[0].add_run(_clean(text)).font.size = Pt(8.5)


def _paragraph(document: Any, text: str, *, style: str | None = None, bold: bool = False, italic: bool = False) -> Any:
    paragraph = document.add_paragraph()
    paragraph._p.style = style  # by its id: to look a style up by its name takes longer than all the rest
    run = paragraph.add_run(_clean(text))
    run.bold, run.italic = bold or None, italic or None
    return paragraph


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)


def _fixed(document: Any) -> bytes:
    """The file with every part at one time, in the order of their names."""
    written = io.BytesIO()
    document.save(written)
    fixed = io.BytesIO()
    with zipfile.ZipFile(written) as parts, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as out:
        for name in _in_order(parts.namelist()):
            out.writestr(zipfile.ZipInfo(name, _EPOCH), parts.read(name), zipfile.ZIP_DEFLATED)
    return fixed.getvalue()


def _in_order(names: Iterable[str]) -> list[str]:
    """The names with the list of contents first, as programs that look at the first part expect it."""
    return sorted(names, key=lambda name: (name != "[Content_Types].xml", name))
