"""The tree of codes while the log of edits is applied to it, and what each edit does to it.

Every code has an identity that its renames and moves keep. A code of the researcher's file has its path there, one that
an edit made has the number of that edit. The log may also name codes that the file does not hold any more: they stand
in the tree as absent ones, so that what was said of them finds its way where a rename or a merge has led since.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NewType

from themes.domain import PATH_SEPARATOR, Code, CodeAct, Codebook, CodebookEdit, CodeId

Identity = NewType("Identity", str)


class Rest(StrEnum):
    """Why an edit does nothing as things stand."""

    GONE = "what it acts on is not there"
    TAKEN = "another code has that name"
    BELOW = "a code would stand below one that is not there, or below itself"


@dataclass(frozen=True, slots=True)
class Node:
    """A code in the tree; `code` has its name and what is said of it. One not `here` is only named in the log."""

    code: Code
    parent: Identity | None
    here: bool = True


@dataclass(frozen=True, slots=True)
class Named:
    """The codes that an edit acts on, and the parent that it names, by their identities."""

    codes: tuple[Identity, ...]
    parent: Identity | None


class Tree:
    """The codes in their order. `joined` leads from a merged code to what it is now; `retired` were taken out.

    `met` are those of `joined` that no edit merged: they are the same code as one of the file.
    """

    def __init__(
        self,
        nodes: Mapping[Identity, Node],
        joined: Mapping[Identity, Identity] | None = None,
        retired: Mapping[Identity, Code] | None = None,
        met: Mapping[Identity, Identity] | None = None,
    ) -> None:
        self.nodes = dict(nodes)
        self.joined = dict(joined or {})
        self.retired = dict(retired or {})
        self.met = dict(met or {})
        self._by_path: dict[str, Identity] | None = None

    def copy(self) -> Tree:
        """A tree of its own to work on."""
        return Tree(self.nodes, self.joined, self.retired, self.met)

    def path(self, one: Identity) -> CodeId:
        """The id that the code has by its place in the tree."""
        node = self.nodes[one]
        above = f"{self.path(node.parent)}{PATH_SEPARATOR}" if node.parent is not None else ""
        return CodeId(above + node.code.name)

    def find(self, path: str) -> Identity | None:
        """The code of that path, those that are here before those that are not; None where there is none.

        To be asked only once the tree is complete.
        """
        if self._by_path is None:
            ordered = sorted(self.nodes, key=lambda one: self.nodes[one].here)
            self._by_path = {self.path(one).casefold(): one for one in ordered}
        return self._by_path.get(path.casefold())

    def code(self, one: Identity) -> Code:
        """The code with the id and the parent that it has by its place."""
        node = self.nodes[one]
        parent = None if node.parent is None else self.path(node.parent)
        return replace(node.code, id=self.path(one), parent=parent)

    @property
    def codebook(self) -> Codebook:
        """The codes that are here, in their order."""
        return Codebook(tuple(self.code(one) for one, node in self.nodes.items() if node.here))

    def children(self, one: Identity | None) -> list[Identity]:
        """The codes just below one, or at the top."""
        return [other for other, node in self.nodes.items() if node.parent == one]

    def is_below(self, one: Identity | None, above: Identity) -> bool:
        """Whether one is `above` itself or stands below it."""
        while one is not None and one != above:
            one = self.nodes[one].parent
        return one == above

    def is_taken(self, name: str, parent: Identity | None, but: Iterable[Identity] = ()) -> bool:
        """Whether a code that is here has that name under that parent; those of `but` do not count."""
        left_out = set(but)
        return any(
            self.nodes[other].here and self.nodes[other].code.name.casefold() == name.casefold()
            for other in self.children(parent)
            if other not in left_out
        )

    def is_here(self, one: Identity | None) -> bool:
        """Whether one is a code of the codebook."""
        return one is not None and one in self.nodes and self.nodes[one].here

    def put(self, one: Identity, node: Node, after: Identity | None) -> None:
        """Adds the code after the last one at or below `after`, or at the end."""
        below = [other for other in self.nodes if after is not None and self.is_below(other, after)]
        order = list(self.nodes)
        self.nodes[one] = node
        if below:
            order.insert(order.index(below[-1]) + 1, one)
            self.nodes = {other: self.nodes[other] for other in order}

    def meet(self, one: Identity) -> None:
        """Where a code that an edit made or that is not here has come to the path of one of the file, the two are one.

        So it is once the researcher has written into the file what was edited before.
        """
        node = self.nodes[one]
        there = next((other for other in self.children(node.parent) if self._is_same(other, one)), None)
        if there is not None and (not node.here or one.startswith(_OF_EDIT)):
            below = self.children(one)
            self.join(one, there)
            self.met[one] = there
            for child in below:
                self.meet(child)
        elif not node.here:
            for child in self.children(one):
                self.meet(child)

    def _is_same(self, other: Identity, one: Identity) -> bool:
        """Whether the other is of the file and has the name of the one."""
        name = self.nodes[one].code.name.casefold()
        return (
            other != one
            and self.nodes[other].here
            and other.startswith(_OF_FILE)
            and self.nodes[other].code.name.casefold() == name
        )

    def same(self, one: Identity) -> Identity:
        """The code of the file that one is the same as, or itself."""
        while one in self.met:
            one = self.met[one]
        return one

    def join(self, one: Identity, into: Identity) -> None:
        """Makes one code part of another, with all that stands below it."""
        for child in self.children(one):
            self.nodes[child] = replace(self.nodes[child], parent=into)
        del self.nodes[one]
        self.joined[one] = into


_OF_FILE, _OF_EDIT = "=", "#"


def planted(codebook: Codebook, mentioned: Iterable[CodeId]) -> Tree:
    """The tree of the researcher's file, with what only the log mentions as absent codes."""
    nodes: dict[Identity, Node] = {}
    for code in codebook.codes:
        parent = None if code.parent is None else _identity(code.parent)
        nodes[_identity(code.id)] = Node(code, parent)
    parents = (code.parent for code in codebook.codes if code.parent is not None)
    for path in (*parents, *mentioned):
        levels = path.split(PATH_SEPARATOR)
        for depth in range(1, len(levels) + 1):
            one = _identity(PATH_SEPARATOR.join(levels[:depth]))
            above = _identity(PATH_SEPARATOR.join(levels[: depth - 1])) if depth > 1 else None
            nodes.setdefault(one, Node(Code(CodeId(path), levels[depth - 1]), above, here=False))
    return Tree(nodes)


def _identity(path: str) -> Identity:
    return Identity(_OF_FILE + path.casefold())


def made_by(edit: CodebookEdit) -> tuple[Identity, ...]:
    """The identities of the codes that an edit makes: an added one, or the parts of a split after the first."""
    if edit.act is CodeAct.ADD:
        return (Identity(f"{_OF_EDIT}{edit.id}"),)
    if edit.act is CodeAct.SPLIT:
        return tuple(Identity(f"{_OF_EDIT}{edit.id}.{place}") for place in range(1, len(edit.made)))
    return ()


def named_by(edit: CodebookEdit, tree: Tree) -> Named:
    """What an edit names, found in the tree as it was when the edit was made; what is not there is left out."""
    found = [tree.find(code) for code in edit.codes]
    codes = tuple(one for one in found if one is not None)
    above = edit.made[0].parent if edit.made else None
    return Named(codes if found[:1] != [None] else (), None if above is None else tree.find(above))


def applied(tree: Tree, edit: CodebookEdit, named: Named) -> tuple[Tree, Rest | None]:
    """The tree after the edit, and why the edit does nothing where that is so; `tree` itself stays as it is."""
    codes = tuple(map(tree.same, named.codes))
    if edit.act is not CodeAct.ADD and not (codes and codes[0] in tree.nodes):
        return tree, Rest.GONE
    asked = Named(codes, None if named.parent is None else tree.same(named.parent))
    after = tree.copy()
    rest = _ACTS[edit.act](after, edit, asked)
    if rest is Rest.TAKEN and codes:
        after = _as_in_the_file(tree, edit, asked) or tree
    return after, rest


def _as_in_the_file(tree: Tree, edit: CodebookEdit, asked: Named) -> Tree | None:
    """The tree where the edit leads a code that another edit made to one of the file; None where it does not."""
    after = tree.copy()
    for one in asked.codes:
        if one in after.nodes and one.startswith(_OF_EDIT) and not any(map(after.is_here, after.children(one))):
            after.nodes[one] = replace(after.nodes[one], here=False)
    first = asked.codes[0]
    if tree.is_here(first) and not after.is_here(first):
        _ACTS[edit.act](after, edit, asked)
    return after if first in after.met else None


# --- each act: it checks first, then changes the tree ---


def _add(tree: Tree, edit: CodebookEdit, named: Named) -> Rest | None:
    (one,) = made_by(edit)
    code = edit.made[0]
    if code.parent is not None and named.parent not in tree.nodes:
        return Rest.BELOW
    below = code.parent is None or tree.is_here(named.parent)
    rest = None if below else Rest.BELOW
    if tree.is_taken(code.name, named.parent):
        rest = Rest.TAKEN
    tree.put(one, Node(code, named.parent, here=rest is None), named.parent)
    tree.meet(one)
    return rest


def _rename(tree: Tree, edit: CodebookEdit, named: Named) -> Rest | None:
    return _placed(tree, named.codes[0], edit.made[0].name, tree.nodes[named.codes[0]].parent)


def _move(tree: Tree, edit: CodebookEdit, named: Named) -> Rest | None:
    one = named.codes[0]
    if edit.made[0].parent is not None and named.parent not in tree.nodes:
        return Rest.BELOW
    if tree.is_below(named.parent, one) or (tree.is_here(one) and named.parent and not tree.is_here(named.parent)):
        return Rest.BELOW
    rest = _placed(tree, one, tree.nodes[one].code.name, named.parent)
    if rest is None:
        _bring_to(tree, one, named.parent)
    return rest


def _bring_to(tree: Tree, one: Identity, parent: Identity | None) -> None:
    """Puts a code and all below it after the last one under its parent."""
    own = {other: tree.nodes[other] for other in tree.nodes if tree.is_below(other, one)}
    rest = [other for other in tree.nodes if other not in own]
    before = [other for other in rest if parent is None or tree.is_below(other, parent)]
    place = rest.index(before[-1]) + 1 if before else len(rest)
    order = [*rest[:place], *own, *rest[place:]]
    tree.nodes = {other: tree.nodes[other] for other in order}


def _placed(tree: Tree, one: Identity, name: str, parent: Identity | None) -> Rest | None:
    """Gives a code a name and a parent."""
    node = tree.nodes[one]
    if node.here and tree.is_taken(name, parent, [one]):
        return Rest.TAKEN
    tree.nodes[one] = replace(node, code=replace(node.code, name=name), parent=parent)
    if node.here:
        return None
    tree.meet(one)
    return Rest.GONE


def _redefine(tree: Tree, edit: CodebookEdit, named: Named) -> Rest | None:
    one = named.codes[0]
    _define(tree, one, edit.made[0])
    return None if tree.nodes[one].here else Rest.GONE


def _define(tree: Tree, one: Identity, said: Code) -> None:
    node = tree.nodes[one]
    code = replace(
        node.code,
        definition=said.definition,
        use_when=said.use_when,
        not_when=said.not_when,
        examples=said.examples,
    )
    tree.nodes[one] = replace(node, code=code)


def _merge(tree: Tree, edit: CodebookEdit, named: Named) -> Rest | None:
    first = named.codes[0]
    here = tree.nodes[first].here
    # what is here never goes into a code that is not
    found = [one for one in dict.fromkeys(named.codes) if one in tree.nodes and one != first]
    others = [one for one in found if here or not tree.nodes[one].here]
    if not others:
        return Rest.GONE
    if any(tree.is_below(first, other) for other in others):
        return Rest.BELOW
    name = edit.made[0].name if edit.made else tree.nodes[first].code.name
    gathered = [child for one in (first, *others) for child in tree.children(one) if child not in others]
    names = [tree.nodes[child].code.name.casefold() for child in gathered if tree.nodes[child].here]
    if here and (len(names) > len(set(names)) or tree.is_taken(name, tree.nodes[first].parent, named.codes)):
        return Rest.TAKEN
    for other in others:
        tree.join(other, first)
    if edit.made:
        _define(tree, first, edit.made[0])
    return _placed(tree, first, name, tree.nodes[first].parent)


def _split(tree: Tree, edit: CodebookEdit, named: Named) -> Rest | None:
    whole = named.codes[0]
    node = tree.nodes[whole]
    names = [part.name.casefold() for part in edit.made]
    taken = any(tree.is_taken(part.name, node.parent, [whole]) for part in edit.made)
    if node.here and (taken or len(names) > len(set(names))):
        return Rest.TAKEN
    after = whole
    for one, part in zip(made_by(edit), edit.made[1:], strict=True):
        tree.put(one, Node(part, node.parent, node.here), after)
        after = one
    _define(tree, whole, edit.made[0])
    rest = _placed(tree, whole, edit.made[0].name, node.parent)
    for one in made_by(edit):
        tree.meet(one)
    return rest


def _retire(tree: Tree, edit: CodebookEdit, named: Named) -> Rest | None:  # noqa: ARG001  all acts look alike
    going = [one for one in named.codes if one in tree.nodes]
    staying = (child for one in going for child in tree.children(one) if child not in going)
    if any(tree.nodes[child].here for child in staying):
        return Rest.BELOW
    tree.retired |= {one: tree.code(one) for one in going if tree.nodes[one].here}
    was_here = any(tree.nodes[one].here for one in going)
    lost = [other for other in tree.nodes if any(tree.is_below(other, one) for one in going)]
    for one in lost:  # all found before the first is taken away: a path is walked upwards
        del tree.nodes[one]
    return None if was_here else Rest.GONE


_ACTS: Mapping[CodeAct, Callable[[Tree, CodebookEdit, Named], Rest | None]] = {
    CodeAct.ADD: _add,
    CodeAct.RENAME: _rename,
    CodeAct.REDEFINE: _redefine,
    CodeAct.MOVE: _move,
    CodeAct.MERGE: _merge,
    CodeAct.SPLIT: _split,
    CodeAct.RETIRE: _retire,
}
"""Each applies an edit to a tree of its own."""


def mentioned_in(edits: Iterable[CodebookEdit]) -> Iterator[CodeId]:
    """Every code that the edits act on or put something under."""
    for edit in edits:
        yield from edit.codes
        if edit.made and edit.made[0].parent is not None:
            yield edit.made[0].parent
