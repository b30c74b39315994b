"""The stage as a whole: what it gives for real-sized, small, odd and empty studies, and what it leaves untouched."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from themes.cluster import Clustering, ClusterOptions, cluster, compiled, neighbours
from themes.domain import Segment, SegmentId, SourceId, SourceKind
from themes.errors import OptionError

TALK = {
    "helicopters": "The helicopters and the aircrew waited on the airfield for clearance",
    "villages": "The village elders met the civilian liaison assistants about the market",
    "mandate": "The council renewed the mandate after the briefing by the penholder",
    "convoys": "The convoy carried diesel and rations along the mined desert track",
    "justice": "The tribunal heard witnesses about crimes and the missing court files",
}


def segments_of(texts: list[str], sources: int = 7) -> list[Segment]:
    return [
        Segment(
            id=SegmentId(f"s{number:04d}"),
            source=SourceId(f"interview-{number % sources}"),
            start=0,
            end=len(text),
            text=text,
            turn=0,
            kind=SourceKind.INTERVIEW,
            speaker="",
            participant="",
            actor_group="",
            mission="",
            mission_basis="",
            period="",
            period_basis="",
        )
        for number, text in enumerate(texts)
    ]


def study(per_theme: int, noise: float = 0.6, seed: int = 0) -> tuple[list[Segment], NDArray[np.float32], list[str]]:
    """Segments on five subjects, as many of each, their vectors around one centre per subject, and the subjects."""
    random = np.random.default_rng(seed)
    subjects = [subject for subject in TALK for _ in range(per_theme)]
    centres = {subject: random.normal(size=32) for subject in TALK}
    vectors = np.array([centres[subject] + noise * random.normal(size=32) for subject in subjects], np.float32)
    texts = [f"{TALK[subject]}, remark {chr(97 + n % 26) * 5} of ours." for n, subject in enumerate(subjects)]
    return segments_of(texts), vectors, subjects


def assert_sound(found: Clustering, segments: list[Segment], options: ClusterOptions) -> None:
    """What holds for every clustering, whatever went in."""
    ids = [segment.id for segment in segments]
    placed = [each for theme in found.themes for each in theme.segments] + list(found.unclustered)
    assert sorted(placed) == sorted(ids)
    assert [theme.id for theme in found.themes] == [f"T{n + 1:02d}" for n in range(len(found.themes))]
    assert found.places.shape == (len(segments), 2)
    assert np.isfinite(found.places).all()
    order = [(-len(theme.segments), min(ids.index(each) for each in theme.segments)) for theme in found.themes]
    assert order == sorted(order)
    for theme in found.themes:
        assert len(theme.segments) == len(theme.membership) >= 2
        assert list(theme.membership) == sorted(theme.membership, reverse=True)
        assert all(0 <= degree <= 1 for degree in theme.membership)
        assert 1 <= len(theme.exemplars) <= options.exemplars
        assert set(theme.exemplars) <= set(theme.segments)
        assert len(theme.terms) <= options.terms
        assert [weight for _, weight in theme.terms] == sorted((w for _, w in theme.terms), reverse=True)


@pytest.fixture(scope="module")
def five() -> tuple[list[Segment], list[str], Clustering]:
    segments, vectors, subjects = study(per_theme=24)
    return segments, subjects, cluster(segments, vectors, ClusterOptions())


def test_subjects_that_lie_apart_become_the_candidate_themes(
    five: tuple[list[Segment], list[str], Clustering],
) -> None:
    segments, subjects, found = five
    subject_of = dict(zip((segment.id for segment in segments), subjects, strict=True))
    assert [{subject_of[each] for each in theme.segments} for theme in found.themes] == [{s} for s in TALK]
    assert_sound(found, segments, ClusterOptions())


def test_the_terms_of_a_theme_are_the_words_of_its_subject(five: tuple[list[Segment], list[str], Clustering]) -> None:
    _, _, found = five
    for theme, talk in zip(found.themes, TALK.values(), strict=True):
        own = {word for word in talk.lower().split() if len(word) > 3}
        assert set(" ".join(term for term, _ in theme.terms[:4]).split()) & own


def test_exemplars_come_from_different_sources(five: tuple[list[Segment], list[str], Clustering]) -> None:
    segments, _, found = five
    source_of = {segment.id: segment.source for segment in segments}
    for theme in found.themes:
        assert len({source_of[each] for each in theme.exemplars}) == len(theme.exemplars) == 5


def test_segments_near_each_other_are_near_on_the_map(five: tuple[list[Segment], list[str], Clustering]) -> None:
    _, subjects, found = five
    names = np.array(subjects)
    centres = np.stack([found.places[names == subject].mean(axis=0) for subject in TALK])
    nearest = np.linalg.norm(found.places[:, None] - centres[None], axis=2).argmin(axis=1)
    assert np.mean(np.array(list(TALK))[nearest] == names) > 0.95


def test_a_segment_like_no_other_is_unclustered() -> None:
    segments, vectors, _ = study(per_theme=20)
    lone = segments_of([*(segment.text for segment in segments), "Zither lessons on Thursdays, quite unlike the rest."])
    basis = np.eye(33, dtype=np.float32)[32] * 6
    apart = np.vstack([np.hstack([vectors, np.zeros((len(vectors), 1), np.float32)]), basis])
    assert cluster(lone, apart, ClusterOptions(member_from=0.2)).unclustered == (lone[-1].id,)


def test_the_same_input_gives_the_same_themes_again() -> None:
    segments, vectors, _ = study(per_theme=12, noise=1.5)
    first, second = (cluster(segments, vectors, ClusterOptions(seed=4)) for _ in range(2))
    assert first.themes == second.themes
    assert first.unclustered == second.unclustered
    assert np.array_equal(first.places, second.places)


@pytest.mark.slow
def test_two_processes_give_the_same_themes() -> None:
    program = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "import hashlib, test_cluster as t\n"
        "segments, vectors, _ = t.study(per_theme=16, noise=1.5)\n"
        "found = t.cluster(segments, vectors, t.ClusterOptions())\n"
        "print(hashlib.sha256(repr(found.themes).encode() + found.places.tobytes()).hexdigest(), len(found.themes))\n"
    )
    said = [
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment)
        for environment in (os.environ | {"PYTHONHASHSEED": seed} for seed in ("1", "2"))
    ]
    assert said[0].stdout == said[1].stdout != ""
    assert said[0].stderr == ""


def test_an_empty_study_has_no_themes() -> None:
    found = cluster([], np.zeros((0, 384), np.float32), ClusterOptions())
    assert found.themes == found.unclustered == ()
    assert found.places.shape == (0, 2)


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_fewer_than_five_segments_stay_unclustered(n: int) -> None:
    segments, vectors, _ = study(per_theme=1)
    found = cluster(segments[:n], vectors[:n], ClusterOptions())
    assert found.themes == ()
    assert found.unclustered == tuple(segment.id for segment in segments[:n])
    assert found.places.shape == (n, 2)


@pytest.mark.parametrize("n", [5, 12, 29, 30, 120])
def test_identical_texts_are_one_theme_with_one_exemplar(n: int) -> None:
    segments = segments_of(["We were told to wait for the order of the sector commander."] * n)
    found = cluster(segments, np.ones((n, 16), np.float32), ClusterOptions())
    assert [len(theme.segments) for theme in found.themes] == [n]
    assert set(found.themes[0].membership) == {1.0}
    assert len(found.themes[0].exemplars) == 1
    assert "sector commander" in found.themes[0].label


def test_a_few_segments_on_two_subjects_are_two_themes() -> None:
    segments, vectors, subjects = study(per_theme=8)
    keep = [place for place, subject in enumerate(subjects) if subject in ("villages", "convoys")]
    found = cluster([segments[place] for place in keep], vectors[keep], ClusterOptions())
    assert [len(theme.segments) for theme in found.themes] == [8, 8]


def test_many_copies_of_a_few_answers_are_grouped_by_answer() -> None:
    texts = ["Yes, the convoy."] * 40 + ["No, never the market."] * 30 + ["Helicopters perhaps."]
    vectors = np.repeat(np.eye(3, 8, dtype=np.float32), [40, 30, 1], axis=0)
    found = cluster(segments_of(texts), vectors, ClusterOptions())
    assert [len(theme.segments) for theme in found.themes] == [40, 30]
    assert found.unclustered == (SegmentId("s0070"),)


@pytest.mark.parametrize("text", ["and the of", "...", "", "12 345", "😀 😀"], ids=repr)
def test_texts_without_a_content_word_still_cluster_and_have_no_terms(text: str) -> None:
    _, vectors, _ = study(per_theme=8)
    found = cluster(segments_of([text] * len(vectors)), vectors, ClusterOptions())
    assert len(found.themes) == 5
    assert all(theme.terms == () for theme in found.themes)


def test_a_smallest_theme_larger_than_the_study_leaves_everything_unclustered() -> None:
    segments, vectors, _ = study(per_theme=10)
    found = cluster(segments, vectors, ClusterOptions(min_cluster_size=500))
    assert found.themes == ()
    assert len(found.unclustered) == 50


@pytest.mark.parametrize("n", [30, 31, 33, 40, 64])
def test_studies_just_large_enough_for_a_map_are_clustered(n: int) -> None:
    random = np.random.default_rng(n)
    segments = segments_of([f"Word{chr(97 + place % 26)}ly spoken remarks about nothing" for place in range(n)])
    found = cluster(segments, random.normal(size=(n, 24)).astype(np.float32), ClusterOptions())
    assert_sound(found, segments, ClusterOptions())


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    n=st.integers(0, 45),
    different=st.integers(1, 45),
    width=st.integers(1, 12),
    seed=st.integers(0, 2**16),
    zeros=st.booleans(),
)
def test_every_segment_is_in_one_theme_or_unclustered(
    n: int, different: int, width: int, seed: int, zeros: bool
) -> None:
    random = np.random.default_rng(seed)
    vectors = random.normal(size=(different, width)).astype(np.float32)[random.integers(0, different, size=n)]
    if zeros and n:
        vectors[0] = 0
    words = ["convoy", "market", "the", "diesel", "elders", "", "court"]
    segments = segments_of([" ".join(random.choice(words, size=6)) for _ in range(n)])
    options = ClusterOptions(seed=seed)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = cluster(segments, vectors, options)
    assert not caught
    assert_sound(found, segments, options)


def test_progress_runs_from_nothing_to_all() -> None:
    said: list[tuple[int, int]] = []
    segments, vectors, _ = study(per_theme=8)
    cluster(segments, vectors, ClusterOptions(), progress=lambda done, total: said.append((done, total)))
    assert said == [(done, 4) for done in range(5)]


@pytest.mark.parametrize(
    ("rows", "width"), [(3, 8), (6, 8)], ids=["fewer vectors than segments", "more vectors than segments"]
)
def test_vectors_that_do_not_fit_are_refused(rows: int, width: int) -> None:
    segments, _, _ = study(per_theme=1)
    with pytest.raises(ValueError, match=r"5 segments need vectors of shape \(5, d\)"):
        cluster(segments, np.zeros((rows, width), np.float32), ClusterOptions())


def test_vectors_that_are_no_numbers_are_refused() -> None:
    segments, vectors, _ = study(per_theme=4)
    vectors[2, 3] = np.nan
    with pytest.raises(ValueError, match="finite"):
        cluster(segments, vectors, ClusterOptions())


@pytest.mark.parametrize(
    ("name", "value", "range_named"),
    [
        ("seed", -1, "0 to 4294967295"),
        ("neighbours", 1, "2 to 500"),
        ("spread", 1.0, "0 to 0.95"),
        ("spread_steps", 21, "0 to 20"),
        ("dimensions", 1, "2 to 50"),
        ("min_cluster_size", 1, "0 for an automatic choice, or a number from 2"),
        ("min_cluster_size", -3, "0 for an automatic choice"),
        ("member_from", 1.5, "0 to 1"),
        ("terms", 0, "1 to 100"),
        ("exemplars", 0, "1 to 50"),
        ("exemplar_words", -1, "0 to 1000"),
    ],
)
def test_an_option_out_of_range_is_refused_with_its_range(name: str, value: float, range_named: str) -> None:
    with pytest.raises(OptionError, match=f"{name} is {value}") as caught:
        ClusterOptions(**{name: value})  # type: ignore[arg-type]  # each value has its option's own type
    assert range_named in caught.value.remedy
    assert caught.value.where == f"cluster.{name}"


@pytest.mark.parametrize(("n", "smallest"), [(30, 4), (500, 7), (2000, 13), (5000, 21)])
def test_the_smallest_theme_grows_with_the_study(n: int, smallest: int) -> None:
    assert ClusterOptions().smallest(n) == smallest
    assert ClusterOptions(method="density").smallest(n) == max(4, round(0.6 * n**0.5))
    assert ClusterOptions(min_cluster_size=6).smallest(n) == 6


def test_an_unknown_method_is_refused_and_the_nearest_is_named() -> None:
    with pytest.raises(OptionError, match="method is 'densities', not one of consensus, density") as caught:
        ClusterOptions(method="densities")
    assert caught.value.remedy == 'Write "density".'


def _run(program: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=os.environ | environment
    )
    assert done.stderr == ""
    return done.stdout


HERE = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\nimport test_cluster as t\n"


@pytest.mark.slow
@pytest.mark.parametrize("method", ["consensus", "density"])
def test_the_process_is_left_as_it_was(method: str) -> None:
    said = _run(
        HERE + "import logging, warnings\n"
        "logger = logging.getLogger('BERTopic')\n"
        "state = lambda: (list(warnings.filters), logger.level, logger.propagate, logger.disabled, logger.handlers[:],"
        " list(map(repr, sys.meta_path)))\n"
        "import numpy, scipy.sparse\n"
        "before = state()\n"
        "segments, vectors, _ = t.study(per_theme=8)\n"
        f"t.cluster(segments, vectors, t.ClusterOptions(method={method!r}))\n"
        "after = state()\n"
        "print([one == other for one, other in zip(before, after)], 'bertopic' in sys.modules)\n"
        "print([name for name in ('torch', 'transformers', 'sentence_transformers') if name in sys.modules])\n"
        "import torch, transformers\n"
        "print(torch.ones(1).item(), bool(transformers.__version__))\n"
    )
    assert said.splitlines() == [f"{[True] * 6} {method == 'density'}", "[]", "1.0 True"]


def test_warnings_of_others_are_heard_after_a_clustering() -> None:
    segments, vectors, _ = study(per_theme=8)
    cluster(segments, vectors, ClusterOptions())
    with pytest.warns(UserWarning, match="still here"):
        warnings.warn("still here", UserWarning, stacklevel=1)
    assert logging.getLogger("BERTopic").propagate


@pytest.mark.parametrize("how", ["given", "default", "not writable"])
def test_compiled_code_is_kept_where_it_may_be(how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("no folder")
    home = tmp_path / ("file" if how == "not writable" else "home")
    monkeypatch.setattr(compiled, "user_cache_path", lambda name: home / name)
    monkeypatch.setenv("NUMBA_CACHE_DIR", "mine" if how == "given" else "")
    compiled.choose_cache_folder()
    chosen = os.environ["NUMBA_CACHE_DIR"]
    if how == "not writable":  # numba would stop altogether if it had nowhere to keep its code
        assert Path(chosen).name.startswith("themes-numba-")
        Path(chosen).rmdir()
    else:
        assert chosen == {"given": "mine", "default": str(home / "themes" / "numba")}[how]


@pytest.mark.slow
def test_the_room_is_entered_without_a_model_library() -> None:
    said = _run(
        "import sys, themes.cluster\n"
        "print([name for name in ('umap', 'hdbscan', 'bertopic', 'sklearn', 'scipy', 'torch') if name in sys.modules])"
    )
    assert said.strip() == "[]"


def two_registers() -> tuple[list[Segment], NDArray[np.float32], list[str]]:
    """Five subjects, each spoken of in talk and in mandates; the voice of a mandate is far louder than the subject."""
    segments, vectors, subjects = study(40, noise=0.3)
    kinds = [SourceKind.MANDATE if place % 2 else SourceKind.INTERVIEW for place in range(len(segments))]
    voice = np.zeros(vectors.shape[1], np.float32)
    voice[-1] = 8.0
    spoken = [vector + voice * (kind is SourceKind.MANDATE) for vector, kind in zip(vectors, kinds, strict=True)]
    rows = np.array(spoken, np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return [replace(one, kind=kind) for one, kind in zip(segments, kinds, strict=True)], rows, subjects


@pytest.mark.parametrize(("levelled", "mixed"), [(True, True), (False, False)])
def test_themes_hold_mandates_and_talk_when_the_registers_are_levelled(levelled: bool, mixed: bool) -> None:
    segments, rows, _ = two_registers()
    found = cluster(segments, rows, ClusterOptions(level_registers=levelled))
    kinds = {segment.id: segment.kind for segment in segments}
    shares = [np.mean([kinds[name] is SourceKind.MANDATE for name in theme.segments]) for theme in found.themes]
    assert all(0.2 < share < 0.8 for share in shares) == mixed


def test_a_register_of_few_segments_is_left_as_it_is() -> None:
    rows = np.random.default_rng(0).normal(size=(60, 8)).astype(np.float32)
    assert neighbours.levelled(rows, ["talk"] * 55 + ["mandate"] * 5) is rows
    assert neighbours.levelled(rows, ["talk"] * 60) is rows
