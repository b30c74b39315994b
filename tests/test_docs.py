"""The documents: links lead somewhere, every command has its page, and what they tell people to type exists."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from themes import config
from themes.cli import themes
from themes.ingest import read_study

ROOT = Path(__file__).resolve().parents[1]
PAGES = (
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / name / "README.md") for name in ("configs", "models")),
)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def prose(page: Path) -> str:
    """The page without its blocks of code and comments."""
    text = re.sub(r"<!--.*?-->", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.sub(r"^( *)```.*?^\1```", "", text, flags=re.DOTALL | re.MULTILINE)


def anchors(page: Path) -> set[str]:
    """The anchors that the headings of a page give."""
    kept = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in HEADING.findall(prose(page)))
    return {words.replace(" ", "-") for words in kept}


def links(page: Path) -> list[str]:
    """The links of a page that lead to other files."""
    return [link for link in LINK.findall(prose(page)) if not re.match(r"https?:|mailto:", link)]


def commands(group: click.Group, path: str = "themes") -> Iterator[tuple[str, click.Command]]:
    """Every command that people type, with how they type it; hidden ones are for the program itself."""
    yield path, group
    for name, command in group.commands.items():
        if command.hidden:
            continue
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


def typed() -> Iterator[tuple[str, str]]:
    """(page, line) of every `themes ...` that the documents show in a block of code."""
    for page in PAGES:
        for block in re.findall(r"```(?:console|sh)\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
            for line in re.findall(r"^ *(?:\$ )?(themes .+)$", block, re.MULTILINE):
                yield name_of(page), line


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_relative_link_leads_to_a_file_and_a_heading(page: Path):
    broken = []
    for link in links(page):
        file, _, anchor = link.partition("#")
        target = page.parent / file if file else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_the_links_are_found():
    found = links(ROOT / "README.md")
    assert "docs/method.md" in found
    assert "docs/images/report.png" in found


def test_every_document_can_be_reached_from_the_readme():
    seen, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page not in seen:
            seen.add(page)
            targets = [(page.parent / link.partition("#")[0]).resolve() for link in links(page)]
            waiting += [target for target in targets if target.suffix == ".md"]
    assert {name_of(page) for page in PAGES if page.is_relative_to(ROOT / "docs")} <= {name_of(page) for page in seen}


@pytest.mark.parametrize(("path", "command"), list(commands(themes)), ids=lambda value: str(value).replace(" ", "-"))
def test_every_command_has_its_section_with_its_options(path: str, command: click.Command):
    sections = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8").split("\n## ")
    section = next(section for section in sections if section.startswith(f"{path}\n"))
    assert f"Usage: {path} " in section
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.opts[0] in section


@pytest.mark.parametrize(("page", "line"), list(typed()))
def test_a_command_that_a_document_shows_exists(page: str, line: str):
    known = {path for path, _ in commands(themes)}
    words = line.partition("#")[0].split()
    shown = (
        " ".join(words[:3])
        if words[1] in ("codebook", "models", "pseudonymise", "team", "theme")
        else " ".join(words[:2])
    )
    assert shown in known, page


def test_the_readmes_two_commands_are_targets_of_the_makefile():
    asked = re.findall(r"^make (\w+)", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert asked == ["demo", "test"]
    assert set(asked) <= set(targets)


@pytest.mark.parametrize("name", ["report.png", "review.png"])
def test_a_picture_is_small_enough_to_load(name: str):
    picture = ROOT / "docs" / "images" / name
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.stat().st_size < 300_000


def test_the_keys_that_a_document_lists_are_those_of_the_review_page():
    program = (ROOT / "themes" / "web" / "static" / "keys.js").read_text(encoding="utf-8")
    usual = program.partition("const USUAL = [")[2].partition("\n];")[0]
    rows = re.findall(r'^ +\["[^"]+", "(.)", "(.+)"\],$', usual, re.MULTILINE)
    page = (ROOT / "docs" / "how-to" / "review-in-the-app.md").read_text(encoding="utf-8")
    section = page.partition("\n## The keys\n")[2].partition("\n## ")[0]
    assert len(rows) == len(usual.strip().splitlines())
    assert [("Space" if key == " " else key, words) for key, words in rows] == re.findall(
        r"^\| `(.+?)` \| (.+) \|$", section, re.MULTILINE
    )


def blocks(language: str, page: Path) -> list[str]:
    """The code blocks of a page in that language."""
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


@pytest.mark.slow
@pytest.mark.parametrize("page", [ROOT / "README.md", ROOT / "docs" / "how-to" / "use-from-python.md"], ids=name_of)
def test_the_python_of_a_document_runs_from_top_to_bottom(page: Path, tmp_path: Path):
    study = tmp_path / "my-study"
    (study / "transcripts").mkdir(parents=True)
    (study / "study.toml").write_text('[study]\nactor_groups = ["Residents"]\n[options.embed]\nencoder = "hashing"\n')
    (study / "sources.csv").write_text("file,kind,actor_group\ntranscripts/a.txt,interview,Residents\n")
    (study / "codebook.csv").write_text("code,definition\nKeeping promises,What was built\nTrust,Whom people believe\n")
    turns = [f"Interviewer: And then?\n\nP01: They promised lamp number {n} and built a bench." for n in range(6)]
    (study / "transcripts" / "a.txt").write_text("\n\n".join(turns))
    code = "\n".join(blocks("python", page))
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Keeping promises" in done.stdout or "participant" in done.stdout


@pytest.mark.parametrize("page", [ROOT / "docs" / "how-to" / "prepare-a-study.md", ROOT / "README.md"], ids=name_of)
def test_the_study_toml_that_a_document_shows_is_understood(page: Path, tmp_path: Path):
    shown = re.findall(r"^ *```toml\n(.*?)^ *```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert shown
    for block in shown:
        (tmp_path / "study.toml").write_text(block, encoding="utf-8")
        study = read_study(tmp_path)
        config.load(study)
        assert study.missions or study.actor_groups or study.tables
