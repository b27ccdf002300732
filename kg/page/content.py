"""What the page says: a network as plain values, ready for JSON.

Sorted throughout, so that the same network gives the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from kg.model import schema
from kg.model.dates import Day, PartialDate, iso
from kg.model.languages import UNNAMED, language_of, parted
from kg.page.marks import marks
from kg.page.sureness import standing, sure_days, told

if TYPE_CHECKING:
    import networkx as nx

    Network = nx.MultiDiGraph[str]

Fact = dict[str, Any]

_ENTITY = ("aliases", "description", "wikidata")
_FACT = (
    *("predicate", "kind", "start", "end", "at", "since", "until", "rank", "status"),
    *("inferred", "symmetric", "rule", "rule_text", "premises", "proofs", "note", "disputed_by"),
)
_SOURCE = ("source", "title", "publisher", "url", "published", "accessed")
_PLACE = ("locator", "at", "row")


def _more(values: Mapping[str, Any], table: schema.TableName) -> dict[str, Any]:
    """Return what stands in optional columns, by their labels, as `more`."""
    more = {one.label: values[one.name] for one in schema.OPTIONAL[table] if one.name in values}
    return {"more": more} if more else {}


def _pick(values: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """Return the named values that are there and not empty."""
    return {name: values[name] for name in names if values.get(name)}


def class_of(network: Network, node: str) -> str:
    """Return the class of an entity, "" when it has none."""
    return str(network.nodes[node].get("class") or "")


def raw_facts(network: Network) -> list[Fact]:
    """Return every fact of the network, edges and facts with a literal alike, in a fixed order.

    Each is a new dict of the fact's attributes with "id", "subject" and "object" or "value".
    A literal fact without an id gets one from its place ("csto~1").
    """
    facts: list[Fact] = [
        {**attributes, "id": str(key), "subject": subject, "object": target}
        for subject, target, key, attributes in network.edges(keys=True, data=True)
    ]
    for node, attributes in network.nodes(data=True):
        for number, fact in enumerate(attributes.get("facts") or (), 1):
            own = fact.get("id") or f"{node}~{number}"
            facts.append({**fact, "id": str(own), "subject": node})
    return sorted(
        facts,
        key=lambda f: (
            *(str(f.get(k, "")) for k in ("subject", "predicate", "object", "value", "since")),
            str(f["id"]),
        ),
    )


def _terms(pairs: Iterable[tuple[str, Mapping[str, Any]]], prefix: str) -> dict[str, Any]:
    """Return the labels of the classes or predicates met, keyed by id; the first label wins."""
    terms: dict[str, Any] = {}
    for name, attributes in pairs:
        term = terms.setdefault(name, {"label": name})
        for key, text in _labels(attributes, prefix).items():
            if key not in term or term[key] == name:
                term[key] = text
    return terms


def _labels(attributes: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Return the labels that attributes hold, the first with its language, and label_xx others."""
    named = ((key.removeprefix(prefix), text) for key, text in attributes.items()
             if key.startswith(prefix) and text)  # fmt: skip
    return {
        key: text for key, text in named if key in {"label", "label_language"} or language_of(key)
    }


def content(network: Network, whole: Network, graph: Network | None = None) -> dict[str, Any]:
    """Return what the page knows about the network.

    Keys: "meta" (title in each language, version, issued, licence, and the languages of the
    labels), "classes" and "predicates" (by id: labels, and the class's mark), "entities" (by id),
    "sources" (a list) and "facts" (a list whose references hold the place of their source there).
    `whole` is the network before anything was left out: it decides the marks, so that a
    neighbourhood looks as it does in the full picture.
    `graph` has the premises of the inferred facts, if the whole network is a part of it.
    """
    outline = marks(class_of(whole, node) for node in whole)
    classes = _terms(
        ((class_of(network, node), network.nodes[node]) for node in sorted(network)), "class_"
    )
    for name, term in classes.items():
        term["points"], term["colour"] = outline[name]
    raw = raw_facts(network)
    sources: dict[str, int] = {}
    everything = raw if whole is network else raw_facts(whole)
    first = first_days(everything)
    sure = sure_days(everything if graph is None else raw_facts(graph))
    facts = [_fact(fact, sources, _met(fact, first)) | told(fact, sure[fact["id"]]) for fact in raw]
    languages = list(network.graph.get("languages") or UNNAMED)
    return {
        "meta": {
            "title": "Knowledge graph",
            **_pick(network.graph, ("title", *(f"title_{one}" for one in languages))),
            **_pick(network.graph, ("version", "issued", "licence", "base")),
            "languages": languages,
        },
        "classes": classes,
        "predicates": _counted(
            _terms(((str(f.get("predicate", "")), f) for f in raw), ""),
            network.graph.get("counted") or (),
        ),
        "entities": {
            node: {
                "label": node,
                **_labels(network.nodes[node]),
                **_pick(network.nodes[node], _ENTITY),
                **_short(network.nodes[node], languages),
                "class": class_of(network, node),
            }
            for node in sorted(network)
        },
        "sources": [json.loads(source) for source in sources],
        "facts": facts,
    }


def _counted(terms: dict[str, Any], counted: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the labels, with those whose lists are counted saying by which property and side."""
    for one in counted:
        if one["property"] in terms:
            counts = terms[one["property"]].setdefault("counted", [])
            counts.append({"incoming": one["incoming"], "by": one["number"]})
    return terms


def _short(attributes: Mapping[str, Any], languages: Iterable[str]) -> dict[str, Any]:
    """Return by language what the entity is called for short, if its curators say so."""
    names = parted(str(attributes.get("short_names") or ""), languages)
    return {"short": names} if names else {}


def first_days(facts: Iterable[Fact]) -> dict[str, Day]:
    """Return for each entity the first day on which a dated fact about it begins.

    What holds on no date or is inferred does not count; an entity without such a fact is absent.
    """
    first: dict[str, Day] = {}
    for fact in facts:
        if not fact.get("since") or standing(fact) != "counts" or fact.get("inferred"):
            continue
        day = PartialDate.stored(fact["since"]).earliest
        for end in (fact["subject"], fact.get("object")):
            if end:
                first[end] = min(first.get(end, day), day)
    return first


def _met(fact: Fact, first: Mapping[str, Day]) -> str:
    """Return the day from which a fact without dates shows, "" for always.

    The place of a meeting has no date of its own, but on earlier dates there was no meeting:
    such a fact shows once both of its ends are on record.
    """
    if fact.get("since") or fact.get("until"):
        return ""
    ends = (fact["subject"], fact.get("object") or "")
    days = [first[end] for end in ends if end in first]
    return iso(max(days)) if days else ""


def _fact(raw: Fact, sources: dict[str, int], met: str) -> Fact:
    """Return one fact for the page; sources not met before are added to `sources`."""
    fact = {"id": raw["id"], "s": raw["subject"], **_pick(raw, _FACT), **_more(raw, "statements")}
    # What goes without saying would be said a thousand times.
    if fact.get("rank") == "normal":
        del fact["rank"]
    if met:
        fact["met"] = met
    if "object" in raw:
        fact["o"] = raw["object"]
    else:
        fact["value"] = str(raw.get("value", ""))
    references = []
    for reference in raw.get("references") or ():
        told = _pick(reference, _SOURCE) | _more(reference, "sources")
        source = json.dumps(told, sort_keys=True)
        place = sources.setdefault(source, len(sources))
        references.append({"source": place, **_pick(reference, _PLACE)})
    if references:
        fact["references"] = references
    return fact
