"""SHACL: what a shapes graph says that no engine would complain about, each at its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, Store

from kg.errors import Finding, did_you_mean
from kg.model.namespaces import STANDARD_PREFIXES, term
from kg.model.terms import Name

# The words of the Recommendation, of its Advanced Features and of its JavaScript Extensions.
_WORDS: Final = """
    AbstractResult AndConstraintComponent BlankNode BlankNodeOrIRI BlankNodeOrLiteral
    ClassConstraintComponent ClosedConstraintComponent ConstraintComponent
    DatatypeConstraintComponent DisjointConstraintComponent EqualsConstraintComponent
    ExpressionConstraintComponent Function HasValueConstraintComponent IRI IRIOrLiteral
    InConstraintComponent Info JSConstraint JSConstraintComponent JSExecutable JSFunction
    JSLibrary JSRule JSTarget JSTargetType JSValidator LanguageInConstraintComponent
    LessThanConstraintComponent LessThanOrEqualsConstraintComponent Literal
    MaxCountConstraintComponent MaxExclusiveConstraintComponent
    MaxInclusiveConstraintComponent MaxLengthConstraintComponent
    MinCountConstraintComponent MinExclusiveConstraintComponent
    MinInclusiveConstraintComponent MinLengthConstraintComponent NodeConstraintComponent
    NodeKind NodeKindConstraintComponent NodeShape NotConstraintComponent
    OrConstraintComponent Parameter Parameterizable PatternConstraintComponent
    PrefixDeclaration PropertyConstraintComponent PropertyGroup PropertyShape
    QualifiedMaxCountConstraintComponent QualifiedMinCountConstraintComponent
    ResultAnnotation Rule SPARQLAskExecutable SPARQLAskValidator SPARQLConstraint
    SPARQLConstraintComponent SPARQLConstructExecutable SPARQLExecutable SPARQLFunction
    SPARQLRule SPARQLSelectExecutable SPARQLSelectValidator SPARQLTarget SPARQLTargetType
    SPARQLUpdateExecutable Severity Shape Target TargetType TripleRule
    UniqueLangConstraintComponent ValidationReport ValidationResult Validator Violation
    Warning XoneConstraintComponent

    alternativePath and annotationProperty annotationValue annotationVarName ask class
    closed condition conforms construct datatype deactivated declare defaultValue
    description detail disjoint entailment equals expression filterShape flags focusNode
    group hasValue ignoredProperties in intersection inversePath js jsFunctionName
    jsLibrary jsLibraryURL labelTemplate languageIn lessThan lessThanOrEquals maxCount
    maxExclusive maxInclusive maxLength message minCount minExclusive minInclusive
    minLength name namespace node nodeKind nodeValidator nodes not object oneOrMorePath
    optional or order parameter path pattern predicate prefix prefixes property
    propertyValidator qualifiedMaxCount qualifiedMinCount qualifiedValueShape
    qualifiedValueShapesDisjoint result resultAnnotation resultMessage resultPath
    resultSeverity returnType rule select severity shapesGraph shapesGraphWellFormed
    sourceConstraint sourceConstraintComponent sourceShape sparql subject
    suggestedShapesGraph target targetClass targetNode targetObjectsOf targetSubjectsOf
    this union uniqueLang update validator value values xone zeroOrMorePath zeroOrOnePath
"""
WORDS: Final = frozenset(_WORDS.split())
_SH: Final = STANDARD_PREFIXES["sh"]
_TRUE: Final = Literal("true", datatype=term("xsd:boolean"))
_FALSE: Final = Literal("false", datatype=term("xsd:boolean"))
_BOUNDS: Final = frozenset(
    term(f"sh:{one}") for one in ("minInclusive", "minExclusive", "maxInclusive", "maxExclusive")
)
# Types of XSD whose values SPARQL 1.1 §17.3 does not order, nor therefore SHACL §4.3.
_UNORDERED: Final = frozenset(
    term(f"xsd:{one}") for one in ("gYear", "gYearMonth", "gMonthDay", "gMonth", "gDay")
)
_JAVASCRIPT: Final = frozenset(term(f"sh:{one}") for one in ("js", "jsFunctionName"))
_TARGETS: Final = frozenset(
    term(f"sh:{one}")
    for one in ("target", "targetClass", "targetNode", "targetObjectsOf", "targetSubjectsOf")
)

# A file, a line and a column, 0 where they are not known.
Place = tuple[str, int, int]


class Doubt(NamedTuple):
    """What is doubtful about a triple of a shapes graph."""

    message: str
    repair: str


@dataclass
class Said:
    """What a graph says as far as targets ask for it: seen while it is read, in little memory."""

    predicates: set[NamedNode] = field(default_factory=set)
    types: set[object] = field(default_factory=set)
    parents: dict[object, set[object]] = field(default_factory=dict)

    def see(self, subject: object, predicate: NamedNode, value: object) -> None:
        """Take a triple in."""
        self.predicates.add(predicate)
        if predicate == term("rdf:type"):
            self.types.add(value)
        elif predicate == term("rdfs:subClassOf"):
            self.parents.setdefault(value, set()).add(subject)

    def has(self, of: object) -> bool:
        """Say whether anything is of this class or of one below it."""
        todo, seen = [of], set[object]()
        while todo:
            one = todo.pop()
            if one in self.types:
                return True
            if one not in seen:
                seen.add(one)
                todo += self.parents.get(one, ())
        return False


def sound(quads: Iterable[Quad]) -> list[Quad]:
    """Return the shapes without what would be taken for something else than it says.

    SHACL §4.4.2 has `sh:uniqueLang` look only where it is `true`, written so; and a pattern that
    the engine cannot read would make every value a wrong one.

    >>> odd = Quad(term("kg:S"), term("sh:uniqueLang"), Literal("1", datatype=term("xsd:boolean")))
    >>> sound([odd])
    []
    """
    quads = list(quads)
    flags = _flags(quads)
    return [quad for quad in quads if not (_is_vain(quad) or _is_unreadable(quad, flags))]


def doubts(
    quads: Sequence[Quad], names_of: Callable[[], Sequence[Name]], label: str
) -> Iterator[Finding]:
    """Yield a warning for each thing in a file of shapes that does not check what it seems to.

    `names_of` reads the file for its terms in their order; it is asked only when there is a doubt.
    """
    flags = _flags(quads)
    # A parameter of a component is called by both: sh:PatternConstraintComponent-flags.
    used = {iri for quad in quads for iri in _words(quad)}
    wrong = sorted(iri for iri in used if iri[len(_SH) :].partition("-")[0] not in WORDS)
    found = [(quad, doubt) for quad in quads if (doubt := _doubt(quad, flags))]
    names = names_of() if wrong or found else ()
    for iri in wrong:
        word = iri[len(_SH) :]
        repair = did_you_mean(f"sh:{word}", (f"sh:{one}" for one in WORDS))
        message = f"SHACL has no term {word}, so that nothing is checked by it"
        yield _warning(_first(names, iri, label), message, repair or "correct it, or leave it out")
    for quad, doubt in found:
        alike = [one for one in quads if one.predicate == quad.predicate]
        place = _nth(names, quad.predicate, alike.index(quad), len(alike), label)
        yield _warning(place, *doubt)


def vain_targets(
    quads: Iterable[Quad], names: Sequence[Name], label: str, said: Said, has: Callable[[str], bool]
) -> Iterator[Finding]:
    """Yield a note for each target of a file of shapes that nothing in the data is.

    `has` says whether a node, as N-Triples write it, stands in the data.
    """
    for quad in quads:
        kind, target = quad.predicate, quad.object
        if kind == term("sh:targetClass"):
            is_vain, what = not said.has(target), "nothing in the data is of class"
        elif kind in {term("sh:targetSubjectsOf"), term("sh:targetObjectsOf")}:
            is_vain, what = target not in said.predicates, "nothing in the data has the property"
        elif kind == term("sh:targetNode"):
            is_vain, what = not has(str(target)), "the data say nothing of"
        else:
            continue
        if is_vain and isinstance(target, NamedNode):
            place = _first(names, target.value, label)
            message = f"{what} <{target.value}>, so that the shape looks at nothing there"
            yield Finding(*place, "note", message, "correct the target, if it is not meant so")


def has_target(quads: Iterable[Quad]) -> bool:
    """Say whether a graph has a shape that looks at anything: with a target, or itself a class.

    >>> has_target([]), has_target([Quad(term("kg:S"), term("sh:targetClass"), term("kg:Source"))])
    (False, True)
    """
    types: dict[object, set[object]] = {}
    for quad in quads:
        if quad.predicate in _TARGETS:
            return True
        if quad.predicate == term("rdf:type"):
            types.setdefault(quad.subject, set()).add(quad.object)
    shape, classes = term("sh:NodeShape"), {term("rdfs:Class"), term("owl:Class")}
    return any(shape in one and one & classes for one in types.values())


def unfetched(
    quads: Iterable[Quad],
    names: Callable[[], Sequence[Name]],
    label: str,
    repair: str = "name a file of it beside this one",
) -> Iterator[Finding]:
    """Yield a note for each graph that a file names to be fetched, which is never done.

    `names` are the terms of the file in their order, asked for when there is something to say.
    """
    for quad in quads:
        for curie in ("owl:imports", "sh:shapesGraph"):
            if quad.predicate == term(curie):
                place = _first(names(), quad.predicate.value, label)
                message = f"{curie} of {quad.object} is not followed: nothing is fetched"
                yield Finding(*place, "note", message, repair)


def _doubt(quad: Quad, flags: dict[object, str]) -> Doubt | None:
    if _is_vain(quad):
        message = f"sh:uniqueLang is {quad.object}, and SHACL heeds nothing but true, written so"
        return Doubt(message, "write true")
    if _is_unreadable(quad, flags):
        message = f"the pattern {quad.object} cannot be read, so that nothing is checked by it"
        return Doubt(message, r"write it without look-around, back-references, \i and \c")
    if quad.predicate in _BOUNDS and isinstance(quad.object, Literal):
        kind = quad.object.datatype
        if kind in _UNORDERED:
            name = kind.value.removeprefix(STANDARD_PREFIXES["xsd"])
            message = f"SPARQL has no order for xsd:{name}, so that every value is a violation"
            return Doubt(message, "compare xsd:date or xsd:integer")
    if quad.predicate in _JAVASCRIPT:
        return Doubt("JavaScript is not run, so that nothing is checked by it", "say it in SPARQL")
    return None


def _is_vain(quad: Quad) -> bool:
    return quad.predicate == term("sh:uniqueLang") and quad.object not in {_TRUE, _FALSE}


def _is_unreadable(quad: Quad, flags: dict[object, str]) -> bool:
    """Ask the engine of queries, which reads patterns with the same library."""
    if quad.predicate != term("sh:pattern") or not isinstance(quad.object, Literal):
        return False
    pattern = str(Literal(quad.object.value))
    asked = f"SELECT (REGEX('', {pattern}, {Literal(flags.get(quad.subject, ''))}) AS ?is) {{}}"
    found = Store().query(asked)
    return isinstance(found, QuerySolutions) and next(found)["is"] is None


def _flags(quads: Iterable[Quad]) -> dict[object, str]:
    return {
        quad.subject: quad.object.value
        for quad in quads
        if quad.predicate == term("sh:flags") and isinstance(quad.object, Literal)
    }


def _words(quad: Quad) -> Iterator[str]:
    for node in (quad.predicate, quad.object):
        if isinstance(node, NamedNode) and re.match(re.escape(_SH) + r"\w", node.value):
            yield node.value


def _warning(place: Place, message: str, repair: str) -> Finding:
    return Finding(*place, "warning", message, repair)


def _first(names: Iterable[Name], iri: str, label: str) -> Place:
    return next(
        ((one.path, one.line, one.column) for one in names if one.iri == iri), (label, 0, 0)
    )


def _nth(
    names: Collection[Name], predicate: NamedNode, number: int, count: int, label: str
) -> Place:
    """Return where a property stands for the nth time; its first where some are left out."""
    found = [one for one in names if one.iri == predicate.value]
    if len(found) == count:
        return found[number].path, found[number].line, found[number].column
    return _first(found, predicate.value, label)
