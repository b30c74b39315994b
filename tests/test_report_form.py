"""That everything from a file is text, that the page can be read, and that it is the same each time."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import pytest

from tests.report_fiction import STUDY, TOPICS, Page, fiction, grown, rendered
from themes.domain import (
    Codebook,
    Problem,
    Severity,
)
from themes.report import Material, ReportOptions, write
from themes.report.places import draw
from themes.report.quoting import varied


@pytest.fixture(scope="module")
def material() -> Material:
    return fiction()


@pytest.fixture(scope="module")
def html(material: Material) -> str:
    return rendered(material)


# --- that everything from a file is text ---


def test_hostile_text_is_shown_and_never_runs(material: Material) -> None:
    hostile = "</title></style></script><script>alert(1)</script><img src=https://evil.example/x onerror=alert(1)>"
    changed = grown(
        material,
        study=replace(STUDY, title=hostile, notice=hostile),
        problems=(Problem(Severity.ERROR, hostile, hostile, hostile),),
        provenance={hostile: hostile},
        codebook=Codebook(tuple(replace(code, name=hostile, definition=hostile) for code in material.codebook.codes)),
        themes=tuple(replace(theme, terms=((hostile, 1.0),)) for theme in material.themes),
        sources=tuple(replace(one, title=hostile, symbol=hostile, language='"><img>') for one in material.sources),
        segments=tuple(
            replace(one, text=hostile, number=hostile, participant=hostile, actor_group=hostile)
            for one in material.segments
        ),
    )
    html = rendered(changed)
    page = Page(html)
    assert [one.get("type") for one in page.all("script")] == ["application/json", None]
    assert len(page.all("style")) == 1
    assert not page.all("img")
    assert not page.open
    assert hostile in page.words


def test_the_page_asks_nobody_for_anything(html: str) -> None:
    page = Page(html)
    assert not {"img", "link", "iframe", "object", "embed", "base", "form", "image"} & {tag for tag, _ in page.elements}
    for tag, attributes in page.elements:
        assert not any(name.startswith("on") or name in {"style", "src"} for name in attributes), (tag, attributes)
        assert not re.match(r"\s*(\w+:|//)", attributes.get("href", "#")), attributes
    style = html.split("<style>")[1].split("</style>", maxsplit=1)[0]
    assert "url(" not in style
    assert "@import" not in style


def test_the_policy_allows_this_style_and_this_script_and_nothing_else(html: str) -> None:
    (policy,) = [one["content"] for one in Page(html).all("meta") if "http-equiv" in one]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        inside = html.split(f"<{tag}>")[1].split(f"</{tag}>", maxsplit=1)[0]
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


def test_right_to_left_words_set_their_own_direction(html: str) -> None:
    assert html.count('<blockquote dir="auto"') == html.count("<blockquote")
    assert "قال الضابط" in html


# --- that it can be read ---


def test_every_link_inside_the_page_has_its_end_and_ids_are_used_once(html: str) -> None:
    page = Page(html)
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = {attributes["href"] for _, attributes in page.elements if attributes.get("href", "").startswith("#")}
    assert {link[1:] for link in links} <= set(ids)
    named = {attributes["aria-labelledby"] for _, attributes in page.elements if "aria-labelledby" in attributes}
    assert {part for name in named for part in name.split()} <= set(ids)


def test_every_link_to_a_table_has_its_file(material: Material, tmp_path: Path) -> None:
    write(material, tmp_path)
    html = (tmp_path / "index.html").read_text(encoding="utf-8")
    links = {one["href"] for one in Page(html).all("a") if not one["href"].startswith("#")}
    assert len(links) >= 8
    assert all((tmp_path / link).is_file() for link in links)


def test_every_table_is_named_and_every_head_has_a_scope(html: str) -> None:
    page = Page(html)
    assert all("scope" in head for head in page.all("th"))
    named = [one for one in page.all("table") if "aria-labelledby" in one]
    assert len(page.all("table")) == len(page.all("caption")) + len(named)


def test_rows_of_counts_are_as_wide_as_their_heads(html: str) -> None:
    for table in re.findall(r'<table class="heat">.*?</table>', html, re.DOTALL):
        columns = len(re.findall(r'<th scope="col" class="', table))
        body = table.split("<tbody>", 1)[1]
        for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL):
            assert row.count("<td") == columns


# --- that it is the same, and in time ---


def test_the_same_material_gives_the_same_bytes(tmp_path: Path) -> None:
    first = [path.read_bytes() for path in write(fiction(), tmp_path / "a")]
    second = [path.read_bytes() for path in write(fiction(), tmp_path / "b")]
    assert first == second


def test_a_large_study_is_drawn_as_a_sample_that_says_so_in_seconds() -> None:
    large = fiction(3500)
    begun = perf_counter()
    html = rendered(large)
    assert perf_counter() - begun < 10
    assert "An even sample of 3,000 out of 3,500 segments is drawn" in Page(html).words
    drawing = html.split('<figure class="map">')[1].split("</svg>")[0]
    assert sum(len(spots.split()) for spots in re.findall(r' points="([^"]*)"', drawing)) == 2 * 3000


def test_a_study_that_hides_nothing_says_so(material: Material) -> None:
    words = Page(rendered(material, min_participants=1)).words
    assert "Protected. This study shows every cell" in words
    assert "fewer than" not in words
    assert "too few people" not in words


def test_a_number_on_the_map_stands_on_a_mark_of_its_theme(html: str) -> None:
    drawing = html.split('<figure class="map">')[1].split("</svg>", maxsplit=1)[0]
    numbers = re.findall(r'<text x="([\d.]+)" y="([\d.]+)">(\d+)</text>', drawing)
    assert len(numbers) == len(TOPICS)
    for x, y, theme in numbers:
        spots = drawing.split(f'<polyline data-theme="{theme}"')[1].split(' points="')[1].split('"')[0].split()
        assert (x, y) in zip(spots[::2], spots[1::2], strict=True)


def test_quotes_are_of_as_many_voices_and_wordings_as_there_are(material: Material) -> None:
    first, second, third, fourth = (replace(one, participant="P1") for one in material.segments[:4])
    same_words = replace(second, text=first.text, participant="P2")
    other_voice = replace(fourth, participant="P3")
    assert varied([first, same_words, third, other_voice]) == [first, other_voice, third, same_words]


def test_a_segment_far_from_all_others_does_not_make_the_map_too_small_to_read(material: Material) -> None:
    many = list(material.segments)
    assert len(many) >= 200
    near = {one.id: (float(place % 20), float(place // 20)) for place, one in enumerate(many)}
    far = near | {many[0].id: (10_000.0, 5.0)}
    plain, drawn = (draw(grown(material, places=places), ReportOptions()) for places in (near, far))
    assert plain is not None
    assert drawn is not None
    assert (plain.at_the_edge, drawn.at_the_edge) == (0, 1)
    across = [float(point.x) for layer in drawn.layers for point in layer.points]
    assert sorted(across)[-20] - sorted(across)[20] > 0.6 * drawn.width
    assert "1 segment lies far outside and stands at the edge." in Page(rendered(grown(material, places=far))).words
