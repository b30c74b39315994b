"""The researcher's codes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import NewType

CodeId = NewType("CodeId", str)


@dataclass(frozen=True, slots=True)
class Code:
    """One code of the codebook. `id` is its path (`parent / name`); `examples` are quotes that carry it."""

    id: CodeId
    name: str
    parent: CodeId | None = None
    definition: str = ""
    use_when: str = ""
    not_when: str = ""
    examples: tuple[str, ...] = ()

    @property
    def description(self) -> str:
        """The name and what is said of it, as one text."""
        return ". ".join(part.rstrip(". ") for part in (self.name, self.definition, self.use_when) if part)


@dataclass(frozen=True, slots=True)
class Codebook:
    """The researcher's codes, in the order of their file."""

    codes: tuple[Code, ...] = ()

    @property
    def version(self) -> str:
        """Twelve hex digits that change with any word of the codebook."""
        return hashlib.sha256(repr(self.codes).encode()).hexdigest()[:12]

    @property
    def assignable(self) -> tuple[Code, ...]:
        """The codes to suggest: all but those that only group others (a parent without examples of its own)."""
        parents = {code.parent for code in self.codes}
        return tuple(code for code in self.codes if code.id not in parents or code.examples)
