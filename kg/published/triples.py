"""Triples: a file of RDF → what it says of each subject."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple, parse

from kg.errors import InputError, TableError
from kg.model.packed import bare, opened
from kg.published.place import Place
from kg.text.formats import rdf_format

Term = NamedNode | BlankNode | Literal | Triple
Described = dict[NamedNode, list[Term]]
RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
TYPE: Final = NamedNode(f"{RDF}type")
FORM: Final = "correct it there, or save it again as Turtle"


def said_in(path: Path) -> dict[Term, Described]:
    """Return what a file says of each subject; a triple of two graphs is one.

    Raises InputError when the file cannot be read, TableError when it is no RDF.
    """
    said: dict[Term, Described] = {}
    known: set[tuple[Term, NamedNode, Term]] = set()
    try:
        with opened(path) as file:
            for quad in parse(file, format=rdf_format(bare(path).suffix.lower()[1:])):
                triple = (quad.subject, quad.predicate, quad.object)
                if triple not in known:
                    known.add(triple)
                    about = said.setdefault(quad.subject, {})
                    about.setdefault(quad.predicate, []).append(quad.object)
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror or error}"
        raise InputError(msg) from error
    except SyntaxError as error:
        message = f"the file is no RDF: {error.msg}"
        raise TableError([Place(path, error.lineno or 0).error(message, FORM)]) from error
    return said


def local(one: NamedNode) -> str:
    """Return the end of an IRI.

    >>> local(NamedNode("http://www.wikidata.org/entity/Q42"))
    'Q42'
    """
    return re.split("[/#]", one.value.rstrip("/#"))[-1] or one.value
