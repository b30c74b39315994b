"""Options: the layers, what is refused, and that the shipped presets say what the code does."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themes import config, shipped
from themes.config import Options
from themes.domain import Study
from themes.errors import OptionError


@dataclass(frozen=True, slots=True)
class BreadOptions:
    """A stage that has every type of option, and a range."""

    loaves: int = 1
    salt: float = 0.5
    crust: bool = True
    flour: str = "rye"
    seeds: tuple[str, ...] = ("poppy",)
    oven: tuple[float, ...] = (230.0, 180.0)

    def __post_init__(self) -> None:
        if self.loaves < 1:
            raise OptionError(f"loaves is {self.loaves}.", "Give 1 or more.", "bread.loaves")


BREAD = BreadOptions()


def study_in(folder: Path, preset: str = "default", **options: dict[str, object]) -> Study:
    return Study(folder=folder, title="T", preset=preset, options=options)


def refusal(values: Mapping[str, object]) -> OptionError:
    with pytest.raises(OptionError) as caught:
        config.revised(BREAD, values, "study.toml, [options.bread]")
    assert caught.value.where == "study.toml, [options.bread]"
    assert caught.value.remedy.endswith(".")
    return caught.value


# --- one option ---


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param({}, BREAD, id="nothing"),
        pytest.param({"loaves": 2}, BreadOptions(loaves=2), id="whole number"),
        pytest.param({"salt": 1}, BreadOptions(salt=1.0), id="whole number for a number"),
        pytest.param({"crust": False}, BreadOptions(crust=False), id="truth"),
        pytest.param({"seeds": ["a", "b"]}, BreadOptions(seeds=("a", "b")), id="list"),
        pytest.param({"seeds": []}, BreadOptions(seeds=()), id="empty list"),
        pytest.param({"oven": [200, 1]}, BreadOptions(oven=(200.0, 1.0)), id="list of numbers"),
    ],
)
def test_a_value_is_read_in_the_type_of_its_option(values: Mapping[str, object], expected: BreadOptions) -> None:
    found = config.revised(BREAD, values, "")
    assert found == expected
    assert [type(getattr(found, option.name)) for option in fields(found)] == [
        type(getattr(expected, option.name)) for option in fields(expected)
    ]


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        pytest.param({"loaves": True}, "loaves is true, not a whole number.", id="truth for a whole number"),
        pytest.param({"loaves": 1.0}, "loaves is 1.0, not a whole number.", id="number for a whole number"),
        pytest.param({"loaves": "2"}, 'loaves is "2", not a whole number.', id="text for a whole number"),
        pytest.param({"salt": False}, "salt is false, not a number.", id="truth for a number"),
        pytest.param({"salt": float("nan")}, "salt is nan, not a number.", id="no number"),
        pytest.param({"salt": float("inf")}, "salt is inf, not a number.", id="infinity"),
        pytest.param({"salt": 10**400}, "not a number.", id="beyond all bounds"),
        pytest.param({"crust": 1}, "crust is 1, not true or false.", id="number for truth"),
        pytest.param({"flour": 1}, "flour is 1, not a text in quotes.", id="number for text"),
        pytest.param(
            {"seeds": "a"}, 'seeds is "a", not a list in square brackets, each a text in quotes.', id="text for a list"
        ),
        pytest.param({"seeds": ["a", 1]}, 'seeds is ["a", 1], not a list', id="number in a list of texts"),
        pytest.param({"oven": [1, "hot"]}, 'oven is [1, "hot"], not a list', id="text in a list of numbers"),
        pytest.param({"flour": {"rye": 1}}, "flour is a section, not a text in quotes.", id="section for text"),
    ],
)
def test_a_value_of_another_type_is_refused_and_the_expected_one_named(
    values: Mapping[str, object], problem: str
) -> None:
    assert problem in refusal(values).problem


def test_an_unknown_option_is_refused_and_the_nearest_is_named() -> None:
    assert refusal({"loafs": 1}).problem == 'There is no option "loafs". The nearest is "loaves".'


def test_a_value_out_of_range_is_refused_in_the_words_of_its_stage_with_the_place_filled_in() -> None:
    caught = refusal({"loaves": 0})
    assert (caught.problem, caught.remedy) == ("loaves is 0.", "Give 1 or more.")


# --- the layers ---


def test_without_a_word_every_option_is_as_the_code_has_it(tmp_path: Path) -> None:
    assert config.load(study_in(tmp_path)) == Options()


def test_the_study_goes_before_the_preset_and_the_preset_before_the_code(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text(
        "[segment]\nmax_words = 80\nmin_words = 3\n[suggest]\ntop = 5\n", encoding="utf-8"
    )
    options = config.load(study_in(tmp_path, "ours.toml", segment={"max_words": 60}))
    assert (options.segment.max_words, options.segment.min_words, options.suggest.top) == (60, 3, 5)
    assert options.cluster == Options().cluster


def test_a_preset_that_is_asked_for_goes_before_the_one_that_the_study_names(tmp_path: Path) -> None:
    asked = tmp_path / "asked.toml"
    asked.write_text("[suggest]\ntop = 7\n", encoding="utf-8")
    assert config.load(study_in(tmp_path, "no such preset"), str(asked)).suggest.top == 7


def test_a_preset_that_is_asked_for_lies_where_one_stands_else_in_the_study_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, folder = tmp_path / "here", tmp_path / "study"
    here.mkdir()
    folder.mkdir()
    (folder / "ours.toml").write_text("[suggest]\ntop = 7\n", encoding="utf-8")
    monkeypatch.chdir(here)
    assert config.load(study_in(folder), "ours.toml").suggest.top == 7
    (here / "ours.toml").write_text("[suggest]\ntop = 8\n", encoding="utf-8")
    assert config.load(study_in(folder), "ours.toml").suggest.top == 8
    assert config.load(study_in(folder, "ours.toml")).suggest.top == 7


def test_an_unknown_preset_is_refused_and_the_nearest_is_named(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=r'no preset "interview". The nearest is "interviews"') as caught:
        config.load(study_in(tmp_path, "interview"))
    assert caught.value.where == "study.toml"


def test_a_preset_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=r"no preset file ours\.toml"):
        config.load(study_in(tmp_path, "ours.toml"))


@pytest.mark.parametrize(
    ("content", "problem", "where"),
    [
        pytest.param("[segment]\nmax_wordss = 80", 'The nearest is "max_words"', "ours.toml, [segment]", id="option"),
        pytest.param("[segmant]\nmax_words = 80", 'The nearest is "segment"', "ours.toml, [segmant]", id="stage"),
        pytest.param("[segment]\nmax_words = 1", "max_words is 1", "ours.toml, [segment]", id="range"),
        pytest.param("[segment]\nmin_words = true", "not a whole number", "ours.toml, [segment]", id="type"),
        pytest.param(
            "[segment]\nencoder = 'x'", '"encoder" is an option of the stage embed.', "ours.toml, [segment]", id="stray"
        ),
        pytest.param("max_words = 80", "`max_words` stands in no section.", "ours.toml", id="no section"),
        pytest.param("[segment]\nmax_words = x", "This is not TOML", "ours.toml, line 2", id="no TOML"),
    ],
)
def test_a_mistake_in_a_preset_is_told_with_its_place(tmp_path: Path, content: str, problem: str, where: str) -> None:
    (tmp_path / "ours.toml").write_text(content, encoding="utf-8")
    with pytest.raises(OptionError) as caught:
        config.load(study_in(tmp_path, "ours.toml"))
    assert problem in caught.value.problem
    assert caught.value.where == where


def test_a_mistake_in_the_study_is_told_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(OptionError) as caught:
        config.load(study_in(tmp_path, suggest={"top": 0}))
    assert caught.value.where == "study.toml, [options.suggest]"
    with pytest.raises(OptionError, match='no stage "sugest"'):
        config.load(study_in(tmp_path, sugest={"top": 1}))


# --- what is said of options ---


def test_the_differences_are_the_options_that_are_not_as_usual() -> None:
    usual = Options()
    changed = replace(usual, segment=replace(usual.segment, max_words=60), suggest=replace(usual.suggest, top=4))
    assert config.differences(usual) == ()
    assert config.differences(changed) == ("segment.max_words = 60", "suggest.top = 4")


def test_the_fingerprint_changes_with_each_option_and_with_nothing_else() -> None:
    prints = [
        config.fingerprint(bread)
        for bread in (
            BREAD,
            BreadOptions(loaves=2),
            BreadOptions(salt=0.25),
            BreadOptions(seeds=()),
            BreadOptions(seeds=("pop", "py")),
        )
    ]
    assert len(set(prints)) == len(prints)
    assert all(re.fullmatch("[0-9a-f]{12}", found) for found in prints)
    assert config.fingerprint(BreadOptions(salt=1)) == config.fingerprint(BreadOptions(salt=1.0))
    assert config.fingerprint(BREAD) == "3ed94fbaa428"


@given(
    flour=st.text(),
    seeds=st.lists(st.text(), max_size=3).map(tuple),
    salt=st.floats(min_value=-1e9, max_value=1e9),
    loaves=st.integers(min_value=1, max_value=2**63 - 1),
)
def test_options_written_as_toml_come_back_the_same(
    flour: str, seeds: tuple[str, ...], salt: float, loaves: int
) -> None:
    bread = BreadOptions(loaves=loaves, salt=salt, flour=flour, seeds=seeds)
    lines = config.lines_of(bread)  # what as_toml and the fingerprint are made of
    assert config.revised(BREAD, tomllib.loads(lines), "") == bread


def test_all_options_written_as_a_preset_load_as_they_were(tmp_path: Path) -> None:
    options = Options(segment=replace(Options().segment, max_words=77))
    (tmp_path / "whole.toml").write_text(config.as_toml(options), encoding="utf-8")
    assert config.load(study_in(tmp_path, "whole.toml")) == options


def test_gathering_the_options_loads_nothing_heavy() -> None:
    heavy = (
        "torch sklearn umap hdbscan bertopic sentence_transformers pandas matplotlib scipy openpyxl docx pypdf numba"
        " xlsxwriter"
    )
    code = f"import sys, themes.config; print([name for name in {heavy.split()} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


# --- the shipped presets ---


def shipped_preset(name: str) -> dict[str, dict[str, object]]:
    return tomllib.loads((shipped.configs() / f"{name}.toml").read_text(encoding="utf-8"))


def test_the_default_preset_says_exactly_what_the_code_does() -> None:
    assert shipped_preset("default") == tomllib.loads(config.as_toml(Options()))


def test_the_default_preset_keeps_the_order_of_the_code() -> None:
    assert [(stage, tuple(values)) for stage, values in shipped_preset("default").items()] == [
        (stage.name, tuple(option.name for option in fields(getattr(Options(), stage.name))))
        for stage in fields(Options)
    ]


@pytest.mark.parametrize("name", config.presets())
def test_each_key_of_a_preset_stands_below_a_remark_of_its_own(name: str) -> None:
    lines = (shipped.configs() / f"{name}.toml").read_text(encoding="utf-8").splitlines()
    keys = [number for number, line in enumerate(lines) if re.match(r"\w+ = ", line)]
    assert len(keys) == sum(len(values) for values in shipped_preset(name).values())
    for number in keys:
        assert re.match(r"# .{20,}", lines[number - 1]), f"{name}.toml, line {number + 1} is not explained"


@pytest.mark.parametrize("name", [name for name in config.presets() if name != "default"])
def test_a_preset_says_only_what_differs_and_loads(name: str, tmp_path: Path) -> None:
    options = config.load(study_in(tmp_path, name))
    stated = [f"{stage}.{key}" for stage, values in shipped_preset(name).items() for key in values]
    assert stated == [line.split(" = ")[0] for line in config.differences(options)]
    assert stated


def test_the_presets_are_named_with_the_default_first() -> None:
    assert config.presets() == ("default", "archive", "focus-groups", "interviews", "multilingual", "survey-answers")


def test_the_template_of_a_study_names_each_preset_and_no_other() -> None:
    template = (shipped.configs() / "study-template" / "study.toml").read_text(encoding="utf-8")
    named = re.search(r"A set of options.*?preset =", template, re.DOTALL)
    assert named is not None
    assert set(re.findall(r'"([a-z-]+)"', named[0])) == set(config.presets())


def test_the_multilingual_preset_names_the_multilingual_encoder(tmp_path: Path) -> None:
    encoder = config.load(study_in(tmp_path, "multilingual")).embed.encoder
    assert encoder == "paraphrase-multilingual-MiniLM-L12-v2"
