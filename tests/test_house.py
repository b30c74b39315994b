"""The house: what holds for the whole project rather than for one room."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "themes"
MODULES = sorted(PACKAGE.rglob("*.py"))
TEXTS = sorted(
    path
    for folder in ("themes", "tests", "configs", "models", "docs", ".ci")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in {".py", ".md", ".toml", ".csv", ".txt", ".html", ".css", ".js", ".vtt", ""} and path.is_file()
) + [ROOT / name for name in ("README.md", "CHANGELOG.md", "Makefile", "pyproject.toml")]
STAGES = ("ingest", "segment", "embed", "cluster", "suggest", "review", "prevalence", "report")
HEAVY = {
    "altair", "bertopic", "docx", "hdbscan", "huggingface_hub", "matplotlib", "openpyxl", "openvino", "pandas", "pypdf",
    "pysubs2", "rich", "scipy", "sentence_transformers", "sklearn", "tokenizers", "torch", "transformers", "umap",
    "xlsxwriter",
}  # fmt: skip


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_says_what_it_is_for(path: Path):
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_fits_in_the_head(path: Path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 450  # domain.py is the longest: the words in one place


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_has_one_word_for_its_module_its_tests_and_its_heading(stage: str):
    assert (PACKAGE / f"{stage}.py").exists() or (PACKAGE / stage / "__init__.py").exists()
    assert list((ROOT / "tests").glob(f"test_{stage}*.py"))
    assert re.search(rf"^## {stage}$", (ROOT / "docs" / "method.md").read_text(encoding="utf-8"), re.MULTILINE)


def test_the_presets_have_a_section_for_each_stage_with_options():
    sections = set(tomllib.loads((ROOT / "configs" / "default.toml").read_text(encoding="utf-8")))
    assert sections == set(STAGES)


@pytest.mark.parametrize("what", ["themes", "themes.cli", "themes.config", "themes.pipeline", "themes.web.worker"])
def test_importing_loads_nothing_heavy(what: str):
    code = f"import sys, {what}; print(*[name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


@pytest.mark.parametrize("path", TEXTS, ids=name_of)
def test_the_project_speaks_of_itself_alone(path: Path):
    text = path.read_text(encoding="utf-8")
    forbidden = (
        "/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/", "pypi" + ".org", "files.python" + "hosted", "deb" + ".debian.org",
        "npm" + "js", "sub" + "agent", "coding " + "agent", "this " + "session", "clau" + "de",
    )  # fmt: skip
    assert [word for word in forbidden if word in text.casefold()] == []


def test_models_configs_and_tests_are_no_packages():
    assert not [path for folder in ("models", "configs", "tests") for path in (ROOT / folder).rglob("__init__.py")]


def test_models_hold_cards_and_no_weights():
    assert {path.suffix for path in (ROOT / "models").iterdir()} == {".md", ".toml"}


def test_the_top_level_holds_what_the_field_expects():
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a git checkout")
    top = {line.split("/")[0] for line in done.stdout.splitlines()}
    assert top <= {
        "pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE", "Makefile", ".gitignore", ".ci", "themes", "models",
        "tests", "configs", "docs",
    }  # fmt: skip


@pytest.mark.parametrize("path", sorted((PACKAGE / "demo" / "transcripts").iterdir()), ids=name_of)
def test_every_demo_interview_says_that_it_is_fiction(path: Path):
    assert b"fiction" in path.read_bytes().lower()[:400]


@pytest.mark.parametrize("path", sorted((PACKAGE / "demo" / "mandates").iterdir()), ids=name_of)
def test_every_demo_mandate_says_that_it_is_a_summary(path: Path):
    assert path.read_text(encoding="utf-8").startswith("Summary in our own words")


def test_the_demo_holds_no_python():
    assert not list((PACKAGE / "demo").rglob("*.py"))
