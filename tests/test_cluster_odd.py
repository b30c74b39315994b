"""Small and odd corpora: a sensible outcome for each, and every segment accounted for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from time import process_time

import numpy as np
import pytest
from numpy.typing import NDArray

from themes.cluster import Clustering, ClusterOptions, cluster
from themes.cluster.words import stop_words
from themes.domain import Segment, SegmentId, SourceId, SourceKind

Vectors = NDArray[np.float32]
SAID = {
    "helicopters": "The helicopters waited on the airfield for their clearance that morning",
    "markets": "The women of the market warned the liaison assistants about strangers",
    "courts": "The tribunal heard the witnesses and lost the files of the prison",
}
DIT = {
    "helicopters": "Les hélicoptères attendaient leur autorisation sur la piste ce matin",
    "markets": "Les femmes du marché avaient prévenu les assistants de liaison",
    "courts": "Le tribunal avait entendu les témoins et perdu les dossiers de la prison",
}


def segments_of(texts: Sequence[str], sources: int = 7, kind: SourceKind = SourceKind.INTERVIEW) -> list[Segment]:
    return [
        Segment(
            id=SegmentId(f"{kind}-{number:05}"),
            source=SourceId(f"{kind}-{number % sources}"),
            start=0,
            end=len(text),
            text=text,
            turn=0,
            kind=kind,
            speaker="",
            participant=f"P{number % sources}",
            actor_group="UN",
            mission="",
            mission_basis="",
            period="",
            period_basis="",
        )
        for number, text in enumerate(texts)
    ]


def around(subjects: Sequence[int], noise: float = 0.35, seed: int = 2) -> Vectors:
    """A vector for each segment near the centre of its subject; subject -1 lies anywhere."""
    random = np.random.default_rng(seed)
    centres = random.normal(size=(max(subjects) + 1, 48))
    rows = [centres[subject] if subject >= 0 else 1.2 * random.normal(size=48) for subject in subjects]
    return (np.array(rows) + noise * random.normal(size=(len(rows), 48))).astype(np.float32)


def accounted(segments: Sequence[Segment], vectors: Vectors, **more: object) -> Clustering:
    """The clustering, once it is known that every segment is in one theme or in none, and every number is one."""
    found = cluster(segments, vectors, ClusterOptions(), **more)  # type: ignore[arg-type]  # words_out, languages
    placed = Counter(each for theme in found.themes for each in theme.segments) + Counter(found.unclustered)
    assert placed == Counter(segment.id for segment in segments)
    assert found.places.shape == (len(segments), 2)
    assert np.isfinite(found.places).all()
    for theme in found.themes:
        assert len(theme.segments) == len(theme.membership)
        assert all(0 <= degree <= 1 for degree in theme.membership)
        assert 0 <= theme.stability <= 1
        assert {*theme.exemplars, *theme.borderline} <= set(theme.segments)
        assert theme.exemplars
    return found


def groups(found: Clustering, subject_of: dict[SegmentId, int]) -> list[Counter[int]]:
    """How many segments of each subject every theme has."""
    return [Counter(subject_of[each] for each in theme.segments) for theme in found.themes]


@pytest.mark.parametrize("n", [1, 2, 4])
def test_a_handful_of_segments_is_no_corpus_and_stays_unclustered(n: int) -> None:
    segments = segments_of([*SAID.values(), "And one more remark."][:n])
    found = accounted(segments, around(list(range(n))))
    assert found.themes == ()
    assert len(found.unclustered) == n


def test_thirty_segments_on_three_subjects_are_not_mixed() -> None:
    subjects = [number % 3 for number in range(30)]
    segments = segments_of([list(SAID.values())[subject] for subject in subjects])
    segments = [replace(one, text=f"{one.text}, remark {chr(97 + n % 26) * 4}") for n, one in enumerate(segments)]
    found = accounted(segments, around(subjects))
    mixes = groups(found, dict(zip((one.id for one in segments), subjects, strict=True)))
    assert mixes
    assert all(len(mix) == 1 for mix in mixes)
    assert len(found.unclustered) <= 6


def test_thirty_segments_without_any_pattern_are_accounted_for() -> None:
    accounted(segments_of([f"Remark {n} on nothing of weight" for n in range(30)]), around([-1] * 29 + [0]))


def test_two_hundred_identical_segments_are_one_theme_of_all() -> None:
    segments = segments_of([SAID["markets"]] * 200)
    (theme,) = accounted(segments, np.repeat(around([0]), 200, axis=0)).themes
    assert len(theme.segments) == 200
    assert len(theme.exemplars) == 1
    assert theme.borderline == ()


@pytest.mark.slow
def test_five_thousand_segments_of_one_interview_are_themes_of_their_subjects_in_time() -> None:
    subjects = [number % 4 - 1 for number in range(5000)]
    texts = [
        f"{list(SAID.values())[subject]}, remark {n}" if subject >= 0 else f"Noise {n}"
        for n, subject in enumerate(subjects)
    ]
    segments = segments_of(texts, sources=1)
    vectors = around(subjects)
    begun = process_time()
    found = accounted(segments, vectors)
    assert process_time() - begun < 30  # of both cores together, whatever else the machine does
    mixes = groups(found, dict(zip((one.id for one in segments), subjects, strict=True)))
    for subject in range(3):
        assert max(mix[subject] for mix in mixes) >= 1000
    assert all(sum(mix[subject] > 0.1 * mix.total() for subject in range(3)) <= 1 for mix in mixes if mix.total() > 200)
    assert {theme.one_voice for theme in found.themes} == {""}


def test_two_languages_share_a_theme_where_their_vectors_do_and_neither_brings_its_stop_words() -> None:
    subjects = [number % 3 for number in range(90)]
    lines = [list((SAID if n % 2 else DIT).values())[subject] for n, subject in enumerate(subjects)]
    segments = segments_of([f"{line}, {chr(97 + n % 26) * 5}" for n, line in enumerate(lines)])
    found = accounted(segments, around(subjects), languages=("en", "fr"))
    assert found.themes
    terms = {word for theme in found.themes for term, _ in theme.terms for word in term.split() if " " not in term}
    assert terms & {"hélicoptères", "marché", "tribunal"}
    assert not terms & (stop_words("en") | stop_words("fr"))
    french = {one.id for one, line in zip(segments, lines, strict=True) if line in DIT.values()}
    assert any(0 < len(french & set(theme.segments)) < len(theme.segments) for theme in found.themes)


def test_languages_whose_vectors_lie_apart_are_themes_of_their_own() -> None:
    subjects = [number % 2 for number in range(60)]
    lines = [(SAID if subject else DIT)["courts"] for subject in subjects]
    segments = segments_of([f"{line}, {chr(97 + n % 26) * 5}" for n, line in enumerate(lines)])
    found = accounted(segments, around(subjects, noise=0.5), languages=("en", "fr"))
    mixes = groups(found, dict(zip((one.id for one in segments), subjects, strict=True)))
    assert mixes
    assert all(len(mix) == 1 for mix in mixes)


@pytest.mark.parametrize("n", [6, 40, 150])
def test_vectors_of_zeros_tell_nothing_apart_and_nothing_breaks(n: int) -> None:
    found = accounted(segments_of([f"Remark {chr(97 + k % 26) * 4}" for k in range(n)]), np.zeros((n, 16), np.float32))
    assert len(found.themes) <= 1


def test_two_groups_of_three_are_never_mixed() -> None:
    subjects = [0, 0, 0, 1, 1, 1]
    segments = segments_of([f"{list(SAID.values())[subject]} {n}" for n, subject in enumerate(subjects)])
    found = accounted(segments, around(subjects, noise=0.1))
    assert all(len(mix) == 1 for mix in groups(found, dict(zip((s.id for s in segments), subjects, strict=True))))


@pytest.mark.parametrize("odd", ["Helicopters", "", "...", "42", "the of and"], ids=repr)
def test_a_segment_of_a_word_or_of_none_lies_where_its_vector_does(odd: str) -> None:
    subjects = [number % 3 for number in range(60)]
    texts = [f"{list(SAID.values())[subject]}, {chr(97 + n % 26) * 5}" for n, subject in enumerate(subjects)]
    texts[0] = odd
    segments = segments_of(texts)
    found = accounted(segments, around(subjects))
    mine = [theme for theme in found.themes if segments[0].id in theme.segments]
    assert all(segments[3].id in theme.segments for theme in mine)
    assert all(segments[0].id not in (*theme.exemplars, *theme.borderline) for theme in mine)


def test_segments_with_the_same_vector_lie_together() -> None:
    subjects = [number % 3 for number in range(45)]
    vectors = around(subjects)
    doubled = np.vstack([vectors, vectors])
    segments = segments_of([f"{list(SAID.values())[n % 3]}, {chr(97 + n % 26) * 5}" for n in range(90)])
    found = accounted(segments, doubled)
    theme_of = {each: theme.id for theme in found.themes for each in theme.segments}
    assert all(theme_of.get(segments[n].id) == theme_of.get(segments[45 + n].id) for n in range(45))


def test_talk_and_mandates_on_one_subject_share_its_theme() -> None:
    subjects = [number % 3 for number in range(120)]
    talk = segments_of([f"{list(SAID.values())[s]}, {chr(97 + n % 26) * 5}" for n, s in enumerate(subjects)])
    decided = [
        f"Decides that {list(SAID.values())[s].lower()}, {chr(97 + n % 26) * 5};" for n, s in enumerate(subjects)
    ]
    mandates = segments_of(decided, kind=SourceKind.MANDATE)
    voice = np.zeros((240, 48), np.float32)
    voice[120:, 0] = 2.0
    found = accounted([*talk, *mandates], around([*subjects, *subjects]) + voice)
    shares = [
        sum(each.startswith("mandate") for each in theme.segments) / len(theme.segments) for theme in found.themes
    ]
    assert any(0.2 < share < 0.8 for share in shares)


def test_a_paragraph_renewed_many_times_is_one_of_a_theme_and_all_its_renewals_are_with_it() -> None:
    paragraph = "Decides to extend the mandate of the mission until 30 June 2014 and to keep its strength of troops;"
    renewals = [paragraph.replace("2014", str(2014 + year)) for year in range(25)]
    others = [f"{list(SAID.values())[n % 3]}, {chr(97 + n % 26) * 5}" for n in range(75)]
    segments = [*segments_of(others), *segments_of(renewals, kind=SourceKind.MANDATE)]
    vectors = np.vstack([around([n % 3 for n in range(75)]), np.repeat(around([0], seed=9), 25, axis=0)])
    found = accounted(segments, vectors)
    theme_of = {each: theme.id for theme in found.themes for each in theme.segments}
    assert len({theme_of.get(one.id) for one in segments[75:]}) == 1
