"""CITATION.cff: how to cite the program that a study used, in the Citation File Format 1.2.0."""

from __future__ import annotations

import json

from themes.report.material import Material

_ABSTRACT = "The machine suggests, the person decides, and the numbers say how far either can be trusted."


def citation(material: Material) -> str:
    """CITATION.cff: the program as software, with its version; its makers stand as a group, not as persons."""
    version = material.provenance.get("themes", "")
    encoder = material.provenance.get("encoder", "")
    used = f" The encoder was {encoder}." if encoder else ""
    message = (
        f"The study “{material.study.title}” used this program.{used} If you use its results, cite the program, and "
        "the works in methods.bib as far as they bear on what you use. The study itself is cited by its authors' paper."
    )
    lines = [
        "cff-version: 1.2.0",
        f"message: {_text(message)}",
        f"title: {_text('themes: NLP-assisted thematic analysis of interview studies')}",
        "type: software",
        "authors:",
        f"  - name: {_text('The developers of themes')}",
        *([f"version: {_text(version)}"] if version else []),
        "license: Apache-2.0",
        f"abstract: {_text(_ABSTRACT)}",
        "keywords:",
        *(f"  - {_text(word)}" for word in ("thematic analysis", "qualitative research", "interviews", "coding")),
    ]
    return "\n".join(lines) + "\n"


def _text(text: str) -> str:
    """The text in quotation marks: what JSON writes, YAML reads."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\x7f").replace("\x85", "\\x85")
