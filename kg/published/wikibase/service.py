"""A query service of Wikibase, or a file of it → what it says of items of Wikidata."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode

from kg.errors import RemoteError, UsageError
from kg.model.packed import bare
from kg.progress import at_work
from kg.published.triples import TYPE, Described, Term, said_in
from kg.published.wikibase import json, rdf
from kg.published.wikibase.said import Said
from kg.store.remote import RemoteStore
from kg.text import formats

# An answer of more items can be larger than a public service gives.
ITEMS: Final = 50
_WIKIDATA: Final = "http://www.wikidata.org/"
_KNOWN: Final = "SELECT ?item {{ VALUES ?item {{ {items} }} FILTER EXISTS {{ ?item ?p ?o }} }}"
# The statements, what is said about them, their full values, their references and those of these.
_SAID: Final = f"""SELECT DISTINCT ?s ?p ?o {{{{
  VALUES ?item {{{{ {{items}} }}}} VALUES ?claim {{{{ {{claims}} }}}}
  {{{{ ?item ?claim ?o . BIND(?item AS ?s) BIND(?claim AS ?p) }}}}
  UNION {{{{ ?item ?claim ?s . ?s ?p ?o }}}}
  UNION {{{{ ?item ?claim ?st . ?st ?path ?s . ?s <{rdf.TIME.value}>|<{rdf.AMOUNT.value}> ?any ;
    ?p ?o }}}}
  UNION {{{{ ?item ?claim ?st . ?st <{rdf.DERIVED.value}> ?s . ?s ?p ?o }}}}
  UNION {{{{ ?item ?claim ?st . ?st <{rdf.DERIVED.value}> ?ref . ?ref ?path ?s .
    ?s <{rdf.TIME.value}> ?any ; ?p ?o }}}}
}}}}"""


def said_by(source: str, items: Iterable[str], properties: Iterable[str]) -> Said:
    """Return what a service at a URL, or a file, says; a service is asked for these ids alone.

    Raises RemoteError when the service does not answer as one of SPARQL, InputError when a file
    cannot be read, TableError and UsageError when it is none of Wikibase.
    """
    if source.startswith(("http://", "https://")):
        return _asked(source, sorted(items), sorted(properties))
    path = Path(source)
    if bare(path).suffix.lower() not in formats.FILES.suffixes:
        return json.read(path)
    triples = said_in(path)
    if not rdf.is_wikibase(triples):
        msg = f"{source} has no statement of Wikibase: it is RDF of another form"
        raise UsageError(msg)
    return rdf.said(path, triples)


def _asked(url: str, items: Sequence[str], properties: Sequence[str]) -> Said:
    service = RemoteStore(url)
    triples: dict[Term, Described] = {}
    claims = " ".join(f"<{_WIKIDATA}prop/{one}>" for one in properties)
    for index in range(0, len(items), ITEMS):
        at_work(f"items asked of {url}", index, len(items))
        some = " ".join(f"<{_WIKIDATA}entity/{one}>" for one in items[index : index + ITEMS])
        for row in service.plain_solutions(_KNOWN.format(items=some)):
            triples.setdefault(row["item"], {})[TYPE] = [rdf.ITEM]
        for subject, predicate, value in _triples(service, some, claims):
            values = triples.setdefault(subject, {}).setdefault(predicate, [])
            if value not in values:
                values.append(value)
    if not triples:
        msg = (
            f"{url} has none of the {len(items):,} items of the record; is it a query service of "
            "Wikibase with the items of Wikidata?"
        )
        raise RemoteError(msg)
    # Findings name the service, and a path has no place for its //.
    return rdf.said(Path(url.partition("://")[2]), triples)


def _triples(
    service: RemoteStore, items: str, claims: str
) -> Iterator[tuple[Term, NamedNode, Term]]:
    for row in service.plain_solutions(_SAID.format(items=items, claims=claims)):
        predicate = row["p"]
        if isinstance(predicate, NamedNode):
            yield row["s"], predicate, row["o"]
