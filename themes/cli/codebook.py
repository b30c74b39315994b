"""The commands on the codebook: list, add, rename, redefine, move, merge, split, retire, undo, redo, doubts, export."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from themes.cli.telling import JSON, STUDY, Example, as_json_text, count, login

if TYPE_CHECKING:
    from themes.pipeline.codebooking import Draft, Listed, Row
    from themes.review import Editor

_WIDTH = 58


@click.group()
def codebook() -> None:
    """Add, rename, redefine, move, merge, split or retire codes; what you decided follows its code.

    The file codebook.csv stays as you wrote it: an edit is one more entry of the study's log, and can be undone, also
    later. A code is named by its path (`Parent / Name`), or by its name where only one has it. Suggestions follow with
    the next `themes run`.
    """


_CODE = click.argument("code", metavar="CODE")
_CODER = click.option("--coder", metavar="NAME", help="Who edits this; otherwise your login name.")
_MEMO = click.option("--memo", metavar="TEXT", default="", help="Why, for the log.")
_PREVIEW = click.option("--preview", is_flag=True, help="Only say what it would put in doubt; nothing is saved.")


def _editing(asked: Callable[..., Draft]) -> Callable[..., None]:
    """A command that takes the options of every edit, and tells what was done and what is in doubt by it."""

    @wraps(asked)
    def command(study: Path, coder: str | None, memo: str, preview: bool, as_json: bool, **given: Any) -> None:
        from themes.pipeline.codebooking import By, edit_codebook

        edited = edit_codebook(study, asked(**given), By(coder or login(), memo), save=not preview)
        if as_json:
            click.echo(as_json_text(asdict(edited)))
            return
        click.echo(f"{edited.words} (edit #{edited.edit.id})" if edited.saved else f"Not saved. {edited.words}")
        click.echo(edited.preview.words)
        if edited.saved:
            click.echo(f"To have it in suggestions and report: themes run {study}")

    return _CODER(_MEMO(_PREVIEW(JSON(command))))


def _said(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options for what is said of a code."""
    for name, metavar, text in reversed(
        (
            ("--definition", "TEXT", "What the code means."),
            ("--use-when", "TEXT", "When to use it."),
            ("--not-when", "TEXT", "When not to use it."),
        )
    ):
        command = click.option(name, metavar=metavar, help=text)(command)
    return click.option(
        "--example", "examples", metavar="QUOTE", multiple=True, help="A quote that carries it; may be repeated."
    )(command)


@codebook.command("list", cls=Example, example="themes codebook list my-study")
@STUDY
@JSON
def list_command(study: Path, as_json: bool) -> None:
    """The tree of codes with counts, what was taken out, and every edit with its number."""
    from themes.pipeline.codebooking import list_codebook
    from themes.review import describe

    found = list_codebook(study)
    if as_json:
        click.echo(as_json_text(asdict(found)))
        return
    for row in found.rows:
        click.echo(_line(row))
    if found.retired:
        click.echo(f"Taken out: {'; '.join(code.id for code in found.retired)}")
    if found.log:
        click.echo("Edits:")
        for edit in found.log:
            rests = " (finds nothing to act on now)" if edit in found.resting else ""
            click.echo(f"  {describe(edit)}{f': {edit.reason}' if edit.reason else ''}{rests}")
    _foot(found, study)


def _line(row: Row) -> str:
    name = f"{'  ' * row.depth}{row.code.name}"
    name = name if len(name) <= _WIDTH else f"{name[: _WIDTH - 1]}…"
    doubt = f", {row.in_doubt:,} in doubt" if row.in_doubt else ""
    return f"{name:<{_WIDTH}} {count(row.codings, 'coding'):>12}, first for {count(row.first, 'segment')}{doubt}"


def _foot(found: Listed, study: Path) -> None:
    click.echo(f"{count(len(found.rows), 'code')}, {count(len(found.log), 'edit')}.")
    if found.n_doubts:
        click.echo(f"To look at again, {count(found.n_doubts, 'judgement')}: themes codebook doubts {study}")
    if found.file_changed:
        click.echo(f"codebook.csv is not as the last run read it: themes run {study}")


@codebook.command("add", cls=Example, example='themes codebook add my-study "Mined roads" --under "Means and exit"')
@STUDY
@click.argument("name")
@click.option("--under", "parent", metavar="CODE", help="The code to put it under; otherwise it stands at the top.")
@_said
@_editing
def add_command(name: str, parent: str | None, examples: tuple[str, ...], **said: str | None) -> Draft:
    """Add a code."""
    from themes.domain import Code, CodeId

    given: dict[str, Any] = {key: text or "" for key, text in said.items()}
    return lambda editor: editor.add(Code(CodeId(name), name, examples=examples, **given), parent)


@codebook.command("rename", cls=Example, example='themes codebook rename my-study "Caveats" "National caveats"')
@STUDY
@_CODE
@click.argument("name")
@_editing
def rename_command(code: str, name: str) -> Draft:
    """Give a code another name; codes under it go along, and so does everything that was decided."""
    return lambda editor: editor.rename(code, name)


_REDEFINE_EXAMPLE = """themes codebook redefine my-study "Caveats" --definition "Limits that capitals set."
themes codebook redefine my-study "Caveats" --example "He phoned his capital." --example "They stayed in camp.\""""


@codebook.command("redefine", cls=Example, example=_REDEFINE_EXAMPLE)
@STUDY
@_CODE
@_said
@click.option("--no-examples", is_flag=True, help="Take all its examples out.")
@_editing
def redefine_command(code: str, examples: tuple[str, ...], no_examples: bool, **said: str | None) -> Draft:
    """Say anew what a code means. What you do not name stays; examples that you give replace all earlier ones."""
    from themes.review import known_code

    if examples and no_examples:
        raise click.UsageError("Give examples, or take them out.")
    given: dict[str, Any] = {key: text for key, text in said.items() if text is not None}
    if examples or no_examples:
        given["examples"] = examples

    def draft(editor: Editor) -> Any:
        return editor.redefine(code, replace(known_code(code, editor.revised.codebook), **given))

    return draft


@codebook.command(
    "move",
    cls=Example,
    example='themes codebook move my-study "Caveats" --under "Means"\nthemes codebook move my-study "Caveats" --top',
)
@STUDY
@_CODE
@click.option("--under", "parent", metavar="CODE", help="The code to put it under.")
@click.option("--top", is_flag=True, help="Put it at the top.")
@_editing
def move_command(code: str, parent: str | None, top: bool) -> Draft:
    """Put a code under another one, or at the top; codes under it go along."""
    if (parent is None) != top:
        raise click.UsageError("Say where to, in one way: --under CODE or --top.")
    return lambda editor: editor.move(code, parent)


@codebook.command("merge", cls=Example, example='themes codebook merge my-study "Caveats" "Risk aversion"')
@STUDY
@click.argument("codes", metavar="CODE...", nargs=-1, required=True)
@click.option("--name", metavar="NAME", default="", help="A name for the whole; otherwise that of the first.")
@_editing
def merge_command(codes: tuple[str, ...], name: str) -> Draft:
    """Make one code of two or more: the first, with the examples of all. Codings of any count for it."""
    return lambda editor: editor.merge(codes, name)


@codebook.command("split", cls=Example, example='themes codebook split my-study "Caveats" "National caveats" "Fear"')
@STUDY
@_CODE
@click.argument("parts", metavar="NAME...", nargs=-1, required=True)
@_editing
def split_command(code: str, parts: tuple[str, ...]) -> Draft:
    """Make several codes of one, side by side, by their names.

    The first goes on as the code that was split: it keeps its definition, its examples and all its codings, which are
    in doubt until you look at them again. Define the others with `themes codebook redefine`.
    """
    from themes.domain import Code, CodeId

    return lambda editor: editor.split(code, [Code(CodeId(part), part) for part in parts])


@codebook.command("retire", cls=Example, example='themes codebook retire my-study "Caveats"')
@STUDY
@click.argument("codes", metavar="CODE...", nargs=-1, required=True)
@_editing
def retire_command(codes: tuple[str, ...]) -> Draft:
    """Take codes out of the codebook. What was decided of them stays in the log, and is back when you undo it."""
    return lambda editor: editor.retire(codes)


@codebook.command("undo", cls=Example, example="themes codebook undo my-study\nthemes codebook undo my-study --edit 7")
@STUDY
@click.option("--edit", "number", type=int, metavar="NUMBER", help="The one to take back; otherwise your last.")
@_editing
def undo_command(number: int | None) -> Draft:
    """Take back your last edit, or the one of that number, whoever made it."""
    return lambda editor: editor.undo(number)


@codebook.command("redo", cls=Example, example="themes codebook redo my-study")
@STUDY
@_editing
def redo_command() -> Draft:
    """Let the edit that you have just undone stand again."""
    return lambda editor: editor.redo()


@codebook.command("doubts", cls=Example, example="themes codebook doubts my-study")
@STUDY
@JSON
def doubts_command(study: Path, as_json: bool) -> None:
    """What coders said of codes that were redefined, merged or split since: the segments to look at again.

    Whoever says it again, or the contrary, with `themes decide` settles it.
    """
    from themes.pipeline.codebooking import list_doubts

    found = list_doubts(study)
    if as_json:
        click.echo(as_json_text([asdict(doubt) | {"text": text} for doubt, text in found]))
        return
    for doubt, text in found:
        says = doubt.code if doubt.carries else f"not {doubt.code}"
        click.secho(f"{doubt.segment}  {doubt.coder} says: {says} (#{doubt.decision}); {doubt.why}", bold=True)
        if text:
            click.echo(textwrap.indent(textwrap.fill(textwrap.shorten(text, 200, placeholder=" ..."), 92), "    "))
    click.echo(f"{count(len(found), 'judgement')} in doubt." if found else "Nothing is in doubt.")


@codebook.command(
    "export",
    cls=Example,
    example="themes codebook export my-study\nthemes codebook export my-study codebook-as-it-stands.csv",
)
@STUDY
@click.argument("file", type=click.Path(path_type=Path), required=False)
def export_command(study: Path, file: Path | None) -> None:
    """Write the codebook as it stands, with every edit, in the form of codebook.csv; without a file, print it."""
    from themes.pipeline.codebooking import export_codebook

    text = export_codebook(study, file)
    click.echo(text if file is None else f"Written: {file}", nl=file is not None)
