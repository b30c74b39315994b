"""Which codes people give to the same segments."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from itertools import combinations

from themes.domain import SegmentId
from themes.report.dictionary import Column as Field
from themes.report.dictionary import Entry, Kind
from themes.report.figures.figure import (
    INK,
    RULE,
    SHADE_INKS,
    SHADES,
    SOFT,
    Figure,
    Spec,
    framed,
    values,
)
from themes.report.figures.subjects import short_names
from themes.report.heats import in_tree_order
from themes.report.material import Material
from themes.report.tables import Table
from themes.report.words import counted

NAME = "codes-together"
_CODES = 24
_STEP = 30
_BOUNDS = (0, 1, 2, 4, 8, 16)
_Pairs = Mapping[tuple[str, str], frozenset[SegmentId]]

_HATCH = "M-1,1L1,-1M-1,0L0,-1M0,1L1,0"

ENTRY = Entry(
    "figure-codes-together",
    "Two codes that people gave to segments of talk.",
    (
        Field("one", Kind.TEXT, "A code, by the last part of its path where that is enough."),
        Field("other", Kind.TEXT, "A code that comes later in the codebook."),
        Field(
            "segments", Kind.WHOLE, "Segments of talk that carry both, by the word of a coder or of several.", "hidden"
        ),
        Field("shade", Kind.WHOLE, "0 for none, then 1 to 6: one segment, 2, up to 4, 8, 16, more.", "hidden"),
    ),
)


def together(material: Material, min_participants: int) -> Figure | None:
    """The field of pairs, or None where people gave no two codes to one segment that may be shown.

    None for others too: pairs of few people are hidden one by one, and what stands beside them could tell of them.
    """
    if material.guard:
        return None
    pairs = _pairs(material)
    codes, left_out = _drawn(material, pairs)
    names = short_names(codes)
    table = Table(ENTRY, tuple(_rows(material, pairs, names, min_participants)))
    known = sorted(
        ((number, one, other) for one, other, number, _ in table.rows if number and isinstance(number, int)),
        key=lambda row: -row[0],
    )
    if not known:
        return None
    most, first, second = known[0]
    ties = sum(number == most for number, _, _ in known) - 1
    title = f"“{first}” and “{second}” meet most often: in {counted(most, 'segment')} that people coded"
    title += _ties(ties)
    hidden = sum(row[2] is None for row in table.rows)
    caption = (
        f"{_CAPTION} {counted(hidden, 'pair')} hatched: fewer than {min_participants} people." if hidden else _CAPTION
    )
    alt = "; ".join(f"{one} with {other} {number}" for number, one, other in known[:12])
    reading = "Number: segments with both codes; stronger is more. Empty: never together so far."
    return Figure(
        NAME,
        "Codes that people give together",
        title,
        left_out + caption,
        f"{title}. {alt}.",
        framed(title, reading, _body(table, list(names.values())), 80),
        table,
    )


_CAPTION = (
    "Segments of talk that carry both codes, by what people have coded so far: no share of the study, since what was "
    "coded is no even sample."
)


def _ties(ties: int) -> str:
    return f", as {'does' if ties == 1 else 'do'} {counted(ties, 'other pair')}" if ties else ""


def _drawn(material: Material, pairs: _Pairs) -> tuple[list[str], str]:
    """The codes that meet another, in the order of the codebook; and what to say where only some are drawn."""
    seen: Counter[str] = Counter()
    for pair, segments in pairs.items():
        seen.update(dict.fromkeys(pair, len(segments)))
    ordered = [code.id for code, _ in in_tree_order(material.codebook) if code.id in seen]
    if len(ordered) <= _CODES:
        return list(ordered), ""
    most = {code for code, _ in seen.most_common(_CODES)}
    return [code for code in ordered if code in most], f"The {_CODES} codes that meet others most are drawn. "


def _rows(
    material: Material, pairs: _Pairs, names: Mapping[str, str], min_participants: int
) -> Iterator[tuple[str, str, int | None, int | None]]:
    """Every pair, 0 for one that does not occur. A pair of which too few people speak has no number."""
    for one, other in combinations(names, 2):
        segments = pairs.get((one, other), frozenset())
        people = {material.segment[segment].participant for segment in segments}
        if segments and len(people) < min_participants:
            yield names[one], names[other], None, None
        else:
            yield names[one], names[other], len(segments), _shade(len(segments))


def _pairs(material: Material) -> _Pairs:
    """Pairs of codes in the order of the codebook -> the segments of talk that carry both."""
    place: dict[str, int] = {code.id: number for number, (code, _) in enumerate(in_tree_order(material.codebook))}
    talk = {segment.id for segment in material.talk}
    carried: dict[SegmentId, set[str]] = defaultdict(set)
    for coding in material.codings:
        if coding.segment in talk and coding.code in place:
            carried[coding.segment].add(coding.code)
    found: dict[tuple[str, str], set[SegmentId]] = defaultdict(set)
    for segment, codes in carried.items():
        for one, other in combinations(sorted(codes, key=lambda code: place[code]), 2):
            found[one, other].add(segment)
    return {pair: frozenset(segments) for pair, segments in found.items()}


def _shade(segments: int) -> int:
    return sum(segments > bound for bound in _BOUNDS)


def _body(table: Table, names: list[str]) -> Spec:
    inks, fills = (
        {"test": "isValid(datum.shade)", "field": "shade", "type": "ordinal", "legend": None}
        | {"scale": {"domain": list(range(7)), "range": list(colours)}}
        for colours in (SHADE_INKS, SHADES)
    )
    letters = {"title": None, "ticks": False, "domain": False, "labelColor": INK, "labelLimit": 300, "labelPadding": 6}
    tile = {"xOffset": 1, "x2Offset": -1, "yOffset": 1, "y2Offset": -1, "stroke": RULE, "strokeWidth": 0.8}
    return {
        "data": {"values": values(table)},
        "width": {"step": _STEP},
        "height": {"step": _STEP},
        "encoding": {
            "x": {
                "field": "one",
                "type": "nominal",
                "scale": {"domain": names[:-1]},
                "axis": {**letters, "labelAngle": -40},
            },
            "y": {"field": "other", "type": "nominal", "scale": {"domain": names[1:]}, "axis": letters},
        },
        "resolve": {"scale": {"fill": "independent", "color": "independent"}},
        "layer": [
            {"mark": {"type": "rect", **tile}, "encoding": {"fill": {"condition": fills, "value": SHADES[0]}}},
            {
                "transform": [{"filter": "!isValid(datum.segments)"}],
                "mark": {"type": "point", "shape": _HATCH, "size": 600, "stroke": SOFT, "opacity": 1},
            },
            {
                "transform": [{"filter": "datum.segments > 0"}],
                "mark": {"type": "text", "fontSize": 10},
                "encoding": {"text": {"field": "segments"}, "color": {"condition": inks, "value": SOFT}},
            },
        ],
    }
