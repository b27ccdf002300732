"""Shapes: what SHACL shapes look at, read before they are run."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import BlankNode, NamedNode, Quad

from kg.model import schema
from kg.model.namespaces import KG, STANDARD_PREFIXES, term
from kg.model.paths import by_subject

# What only statements, references and proofs are described with.
_RDF: Final = frozenset(
    term(f"rdf:{name}").value for name in ("subject", "predicate", "object", "Statement")
)
# Queries can look at anything.
_QUERIES: Final = frozenset(
    term(f"sh:{name}").value for name in ("sparql", "select", "ask", "construct", "jsFunctionName")
)
# With these, what has a class is looked for among all that has one.
_BY_TYPE: Final = frozenset(
    term(f"sh:{name}").value for name in ("targetSubjectsOf", "targetObjectsOf", "inversePath")
)


def look_at_statements(shapes: Iterable[Quad]) -> bool:
    """Say whether shapes may look at what is said of statements, not only at what these say.

    >>> from pyoxigraph import BlankNode
    >>> shape = BlankNode()
    >>> look_at_statements([Quad(shape, term("sh:targetClass"), term("kg:Source"))])
    False
    >>> look_at_statements([Quad(shape, term("sh:targetClass"), term("kg:Statement"))])
    True
    """
    own = {term("kg:Source").value}
    for table in ("entities", "sources"):
        own |= {term(column.term).value for column in schema.cells_of(table)}
    for quad in shapes:
        if quad.predicate.value in _QUERIES:
            return True
        if isinstance(quad.object, NamedNode):
            iri = quad.object.value
            if quad.predicate.value in _BY_TYPE and iri == term("rdf:type").value:
                return True
            is_of_kg = iri.startswith((KG, STANDARD_PREFIXES["prov"])) or iri in _RDF
            if is_of_kg and iri not in own:
                return True
    return False


@dataclass(frozen=True)
class Target:
    """Which nodes a shape looks at (SHACL §2.1.3), as N-Triples write them.

    They are instances of any of the `terms`, these nodes themselves, or what has one of these
    properties or is an object of it. `mark` is a property that points at them and at no others.
    """

    kind: str
    terms: frozenset[str]
    mark: str


@dataclass(frozen=True)
class Reach:
    """What shapes look at beside what is said of a focus node itself: properties as N-Triples.

    `back` are those whose subjects are looked at from their objects; `classes` those of whose
    objects the classes are asked, and `classes_back` those of whose subjects. `shapes` look at the
    nodes to which marks of the `targets` point.
    """

    back: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    classes_back: frozenset[str] = frozenset()
    targets: tuple[Target, ...] = ()
    shapes: tuple[Quad, ...] = ()


def reach(shapes: Iterable[Quad], described: Iterable[Quad] = ()) -> Reach | None:
    """Return what shapes look at from each focus node; None when they look farther than one step.

    Each focus node can then be checked in a graph that has only this of the data, and marks that
    point at it. `described` is what the data say of classes.

    >>> from pyoxigraph import BlankNode
    >>> shape, value = term("kg:Shape"), BlankNode()
    >>> given = [
    ...     Quad(shape, term("sh:targetClass"), term("kg:Source")),
    ...     Quad(shape, term("sh:property"), value),
    ...     Quad(value, term("sh:path"), term("kg:start")),
    ...     Quad(value, term("sh:class"), term("kg:Source")),
    ... ]
    >>> len(reach(given).classes)
    1
    >>> reach([*given, Quad(value, term("sh:property"), value)]) is None
    True
    """
    quads, known = list(shapes), list(described)
    look = _Look(by_subject(quads), {quad.subject for quad in known if _is_class(quad)})
    try:
        look.around()
    except _FartherError:
        return None
    classes = _Classes((*quads, *known))
    targets: dict[tuple[str, object], Target] = {}
    marked = []
    for quad in quads:
        word = quad.predicate.value.removeprefix(_SH)
        if not word.startswith("target"):
            marked.append(quad)
            continue
        mark = f"{KG}target-{len(targets)}"
        below = classes.below(quad.object) if word == "targetClass" else {quad.object}
        target = Target(word, frozenset(map(str, below)), f"<{mark}>")
        found = targets.setdefault((word, quad.object), target)
        node = NamedNode(found.mark.strip("<>"))
        marked.append(Quad(quad.subject, term("sh:targetObjectsOf"), node))
    back, ahead, behind = map(frozenset, (look.back, look.classes, look.classes_back))
    return Reach(back, ahead, behind, tuple(targets.values()), tuple(marked))


def _is_class(quad: Quad) -> bool:
    is_class = quad.object in {term("rdfs:Class"), term("owl:Class")}
    return is_class and quad.predicate == term("rdf:type")


class _Classes:
    """The classes of a graph by those above them."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self.under: dict[object, set[object]] = {}
        for quad in quads:
            if quad.predicate == term("rdfs:subClassOf"):
                self.under.setdefault(quad.object, set()).add(quad.subject)

    def below(self, name: object) -> set[object]:
        """Return a class with all below it."""
        found, todo = {name}, [name]
        while todo:
            new = self.under.get(todo.pop(), set()) - found
            found |= new
            todo += new
        return found


# What the words of a shape ask: nothing of the data, or the value alone; what is said of the node
# itself; and other shapes, of the same node.
_OF_VALUE: Final = """
    datatype nodeKind minExclusive minInclusive maxExclusive maxInclusive minLength maxLength
    pattern flags languageIn in hasValue message severity name description order group
    defaultValue deactivated targetClass targetNode targetSubjectsOf targetObjectsOf path
    minCount maxCount uniqueLang qualifiedMinCount qualifiedMaxCount ignoredProperties
    qualifiedValueShapesDisjoint declare prefixes prefix namespace
"""
_VALUE_WORDS: Final = frozenset(_OF_VALUE.split())
_NODE_WORDS: Final = frozenset({"closed", "equals", "disjoint", "lessThan", "lessThanOrEquals"})
_SAME: Final = frozenset({"node", "not", "qualifiedValueShape"})
_LISTS: Final = frozenset({"and", "or", "xone"})
_SH: Final = STANDARD_PREFIXES["sh"]


# Back or not, and along which property.
Steps = tuple[tuple[bool, str], ...]


class _FartherError(Exception):
    """A shape looks farther than one step."""


class _Look:
    """Follows shapes from those with targets to what they look at."""

    def __init__(self, said: Mapping[object, Sequence[Quad]], classes: Collection[object]) -> None:
        self.said, self.known = said, classes
        self.back: set[str] = set()
        self.classes: set[str] = set()
        self.classes_back: set[str] = set()
        self.seen: set[object] = set()

    def around(self) -> None:
        """Look at every shape as one of focus nodes, which it is or is part of one."""
        for node, quads in self.said.items():
            found = (quad.predicate.value for quad in quads)
            words = [iri.removeprefix(_SH) for iri in found if iri.startswith(_SH)]
            if words and (node in self.known or any(map(_is_class, quads))):
                # All instances of a class that is a shape are focus nodes, without a mark.
                raise _FartherError
            # A node without a name and without a target is asked by another shape, and by nobody
            # else.
            has_target = any(word.startswith("target") for word in words)
            if words and (has_target or not isinstance(node, BlankNode)):
                self._look(node, ())

    def _look(self, node: object, steps: Steps) -> None:
        """Follow a shape of focus nodes, or of what is one of some steps from them."""
        if (node, steps) in self.seen:
            return
        self.seen.add((node, steps))
        path = self._path(node)
        if path and steps:
            raise _FartherError
        for quad in self.said.get(node, ()):
            if quad.predicate.value.startswith(_SH):
                self._follow(quad, path or steps)

    def _follow(self, quad: Quad, steps: Steps) -> None:
        word = quad.predicate.value.removeprefix(_SH)
        if word in _VALUE_WORDS:
            return
        if word == "class":
            for is_back, name in steps:
                (self.classes_back if is_back else self.classes).add(name)
        elif word in _SAME:
            self._look(quad.object, steps)
        elif word in _LISTS:
            for one in self._items(quad.object):
                self._look(one, steps)
        elif word == "property" and not steps:
            self._look(quad.object, ())
        elif not (word in _NODE_WORDS and (not steps or self._path(quad.subject))):
            raise _FartherError

    def _path(self, node: object) -> Steps:
        """Return the steps of a property shape, none of a node shape."""
        paths = [q.object for q in self.said.get(node, ()) if q.predicate == term("sh:path")]
        return tuple(self._steps(paths[0])) if paths else ()

    def _steps(self, path: object) -> Iterator[tuple[bool, str]]:
        """Yield the steps that a path may be: one property, forwards or back."""
        if isinstance(path, NamedNode):
            yield False, str(path)
            return
        inner = {quad.predicate: quad.object for quad in self.said.get(path, ())}
        value = inner.get(term("sh:inversePath"))
        if [*inner] == [term("sh:alternativePath")]:
            for one in self._items(*inner.values()):
                yield from self._steps(one)
        elif len(inner) == 1 and isinstance(value, NamedNode):
            self.back.add(str(value))
            yield True, str(value)
        else:
            raise _FartherError

    def _items(self, head: object) -> Iterator[object]:
        seen = set[object]()
        while head != term("rdf:nil") and head not in seen:
            seen.add(head)
            quads = {quad.predicate: quad.object for quad in self.said.get(head, ())}
            if term("rdf:first") not in quads:
                raise _FartherError
            yield quads[term("rdf:first")]
            head = quads.get(term("rdf:rest"))
