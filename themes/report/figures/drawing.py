"""A figure as a picture: SVG for a screen or a printer, PNG at 300 dots per inch, PDF."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from functools import lru_cache
from html import escape
from typing import Any

from themes.report.figures.figure import PAPER, VARIABLES, Figure

_VEGA_LITE = "6.4"
_DOTS_PER_INCH = 300
_COLOUR = re.compile(r'(fill|stroke)="(#[0-9a-f]{6})"')
_NEEDLESS = re.compile(r' (?:class|role|pointer-events|aria-[a-z]+)="[^"]*"')
"""What only a live chart needs: a reader of screens would meet every mark as an image without a name."""

_GROUND = re.compile(rf'<rect width="[\d.]+" height="[\d.]+" fill="{PAPER}"/>')


def svg(figure: Figure) -> str:
    """The figure in light colours, with its title and its alternative text inside."""
    drawn = _NEEDLESS.sub("", _converted(json.dumps(figure.spec, sort_keys=True)))
    ids = (f"{figure.name}-title", f"{figure.name}-desc")
    named = f'role="img" aria-labelledby="{ids[0]} {ids[1]}"'
    words = f'<title id="{ids[0]}">{escape(figure.title)}</title><desc id="{ids[1]}">{escape(figure.alt)}</desc>'
    return re.sub(r"^<svg ([^>]*)>", lambda found: f"<svg {found[1]} {named}>{words}", drawn, count=1)


@lru_cache(maxsize=64)
def _converted(spec: str) -> str:
    """Kept, since the same study is often drawn again while only its words change."""
    import vl_convert

    return vl_convert.vegalite_to_svg(json.loads(spec), vl_version=_VEGA_LITE)


def inlined(drawn: str) -> str:
    """The SVG for the page: no ground of its own, and colours that follow the page from light to dark."""
    without = _GROUND.sub("", drawn, count=1)
    return _COLOUR.sub(lambda found: f'{found[1]}="var({VARIABLES[found[2]]})"', without)


def png(drawn: str) -> bytes:
    """An SVG as PNG at 300 dots per inch."""
    import vl_convert

    return bytes(vl_convert.svg_to_png(drawn, ppi=_DOTS_PER_INCH))


def pdf(drawn: str) -> bytes:
    """An SVG as PDF, the same bytes each time: fonts and the like, which come in any order, are put in one."""
    import vl_convert
    from pypdf import PdfReader, PdfWriter

    page = PdfReader(io.BytesIO(vl_convert.svg_to_pdf(drawn))).pages[0]
    resources: Any = page["/Resources"]
    for part in (*resources.values(), resources):
        if isinstance(part, dict):
            in_order = sorted(part.items())
            part.clear()
            part.update(in_order)
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_page(page)
    writer.write(out)
    return out.getvalue()


def drawn_rows(spec: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows that a specification draws, wherever they stand in it."""
    own = spec.get("data", {}).get("values", [])
    parts = [part for key in ("hconcat", "vconcat", "layer") for part in spec.get(key, ())]
    return [*own, *(row for part in parts for row in drawn_rows(part))]
