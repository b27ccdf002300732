"""A project of any size with the shape of real ones: skewed degrees, several periods, odd dates.

    python benchmarks/synthetic.py FOLDER [--statements 100000] [--rules | --shipped]

With `--rules` a third of the statements are of offices, two rules conclude from them, one of two
premises and one that is transitive, and two shapes look at them.
With `--shipped` they are in the words of the shipped ontology, which is copied with its rules and
shapes: members and observers, offices and who held them, meetings and who attended.

The same size gives the same files.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import accumulate, chain
from pathlib import Path
from shutil import copyfile

BASE = "https://example.org/synthetic/"
SHIPPED = Path(__file__).resolve().parent.parent / "ontology"
FIRST, DAYS = date(1990, 1, 1), 13_000
DATASET = f"""
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix void: <http://rdfs.org/ns/void#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<{BASE}> a dcat:Dataset ; dcterms:title "Synthetic"@en ; void:uriSpace "{BASE}" ;
    dcterms:issued "2025-06-30"^^xsd:date .
"""
ONTOLOGY = f"""
@prefix : <{BASE}ontology#> .
@prefix kg: <https://w3id.org/kg-builder#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:Party a owl:Class ; rdfs:label "party"@en .
:Union a owl:Class ; rdfs:label "union"@en .
:memberOf a kg:StateProperty , owl:ObjectProperty ; rdfs:label "member of"@en .
:observerOf a kg:StateProperty , owl:ObjectProperty ; rdfs:label "observer of"@en .
:attended a kg:EventProperty , owl:ObjectProperty ; rdfs:label "attended"@en .
"""
OFFICES = """
:Post a owl:Class ; rdfs:label "post"@en .
:holds a kg:StateProperty , owl:ObjectProperty ; rdfs:label "holds"@en .
:postOf a owl:ObjectProperty ; rdfs:label "post of"@en .
:partOf a owl:ObjectProperty ; rdfs:label "part of"@en .
:represents a kg:StateProperty , owl:ObjectProperty ; rdfs:label "represents"@en .
"""
RULES = {
    "represents": """# Who holds a post speaks for the union that has it.
CONSTRUCT { ?party :represents ?union }
WHERE {
  GRAPH ?term { ?party :holds ?post }
  GRAPH ?seat { ?post :postOf ?union }
}
""",
    "whole": """# What is part of a part is part of the whole.
CONSTRUCT { ?part :partOf ?whole }
WHERE {
  GRAPH ?first { ?part :partOf ?middle }
  GRAPH ?second { ?middle :partOf ?whole }
}
""",
}
SHAPES = f"""
@prefix : <{BASE}ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
:PostShape a sh:NodeShape ; sh:targetClass :Post ;
    sh:property [ sh:path :postOf ; sh:minCount 1 ; sh:maxCount 1 ; sh:message "is of no union" ] .
:PartyShape a sh:NodeShape ; sh:targetClass :Party ;
    sh:property [ sh:path rdfs:label ; sh:minCount 1 ; sh:message "has no label" ] .
"""
ENTITIES = "id,class,label_en,label_ru,aliases,wikidata,description"
SOURCES = "id,title,publisher,url,published,accessed,language,kind,sha256"
STATEMENTS = "subject,predicate,object,start,end,at,source,locator,rank,note"


def write_project(folder: Path, statements: int, *, rules: bool = False) -> None:
    """Write tables and ontology of about so many statements into an empty folder."""
    chance = random.Random(statements)
    # However few statements are asked for, there are pairs enough to have them.
    unions = max(statements // 500, 8) + 2
    parties, sources = statements // 10 + 2, statements // 50 + 2
    (folder / "data" / "statements").mkdir(parents=True)
    (folder / "ontology").mkdir()
    (folder / "data" / "dataset.ttl").write_text(DATASET, encoding="utf-8")
    ontology = ONTOLOGY + (OFFICES if rules else "")
    (folder / "ontology" / "ontology.ttl").write_text(ontology, encoding="utf-8")
    named = [f"party-{n},Party,Party {n},,,," for n in range(parties)]
    named += [f"union-{n},Union,Union {n},,U{n},," for n in range(unions)]
    posts = statements // 10 if rules else 0
    named += [f"post-{n},Post,Post {n},,,," for n in range(posts)]
    _write(folder / "data" / "entities.csv", ENTITIES, named)
    published = [chance.randrange(DAYS) for _ in range(sources)]
    texts = [
        f"source-{n},Source {n},Publisher {n % 97},https://example.org/{n},"
        f"{FIRST + timedelta(days=day)},,en,news,"
        for n, day in enumerate(published)
    ]
    _write(folder / "data" / "sources.csv", SOURCES, texts)
    rows = _rows(chance, statements - 3 * posts, parties, unions, published)
    if rules:
        rows = chain(_offices(chance, posts, parties, unions, published), rows)
        (folder / "ontology" / "rules").mkdir()
        for name, text in RULES.items():
            (folder / "ontology" / "rules" / f"{name}.rq").write_text(text, encoding="utf-8")
        (folder / "ontology" / "shapes.ttl").write_text(SHAPES, encoding="utf-8")
    _write(folder / "data" / "statements" / "facts.csv", STATEMENTS, rows)


def _rows(
    chance: random.Random, statements: int, parties: int, unions: int, published: list[int]
) -> Iterator[str]:
    """Yield the rows: a few unions have most of the members, as a few things always do."""
    sources = len(published)
    weights = list(accumulate(1 / (rank + 1) for rank in range(unions)))
    made = 0
    seen: set[tuple[int, int]] = set()
    while made < statements:
        party = chance.randrange(parties)
        union = chance.choices(range(unions), cum_weights=weights)[0]
        if (party, union) in seen:
            continue
        seen.add((party, union))
        name = chance.choice(("memberOf", "memberOf", "observerOf"))
        day = chance.randrange(DAYS // 2)
        for number in range(chance.choice((1, 1, 1, 2, 3))):
            length = chance.randrange(200, 2500)
            start, end = (_text(chance, day), _text(chance, day + length))
            if number == 0 and chance.random() < 0.3:
                times, is_last = f"{start},,", True
            else:
                times, is_last = f"{start},{end},", day + length > DAYS
            for source in chance.sample(range(sources), chance.choice((1, 1, 2))):
                note = "foretold" if published[source] < day else ""
                yield f"party-{party},{name},union-{union},{times},source-{source},p. {day},,{note}"
            made += 1
            day += length + 800
            if is_last:
                break
        if chance.random() < 0.4:
            happened = chance.randrange(DAYS)
            source = chance.randrange(sources)
            at, note = FIRST + timedelta(days=happened), ""
            if published[source] < happened:
                note = "foretold"
            yield f"party-{party},attended,union-{union},,,{at},source-{source},,,{note}"
            made += 1


def _offices(
    chance: random.Random, posts: int, parties: int, unions: int, published: list[int]
) -> Iterator[str]:
    """Yield who holds which post, of which union it is, and of what the unions are part."""
    last = len(published)
    # Trees of three levels.
    for union in range(1, unions):
        yield f"union-{union},partOf,union-{(union - 1) // 9},,,,source-{union % last},,,"
    for post in range(posts):
        union = chance.randrange(unions)
        yield f"post-{post},postOf,union-{union},,,,source-{post % last},,,"
        day = chance.randrange(DAYS // 2)
        for party in chance.sample(range(parties), 2):
            length = chance.randrange(200, 2500)
            start, end = (_text(chance, day), _text(chance, day + length))
            source = chance.randrange(last)
            note = "foretold" if published[source] < day else ""
            yield f"party-{party},holds,post-{post},{start},{end},,source-{source},p. {day},,{note}"
            day += length + 800


def write_in_shipped_words(folder: Path, statements: int) -> None:
    """Write tables of about so many statements, and copy the shipped ontology, without questions.

    Everything has the labels and facts that the shapes ask for, and nothing breaks them.
    """
    chance = random.Random(statements)
    (folder / "data" / "statements").mkdir(parents=True)
    (folder / "ontology" / "rules").mkdir(parents=True)
    for path in (SHIPPED / "ontology.ttl", SHIPPED / "shapes.ttl", *SHIPPED.glob("rules/*.rq")):
        copyfile(path, folder / "ontology" / path.relative_to(SHIPPED))
    dataset = DATASET.replace(BASE, "https://w3id.org/eurasia-kg/")
    (folder / "data" / "dataset.ttl").write_text(dataset, encoding="utf-8")
    counts = {
        "State": max(statements // 20, 200),
        "InternationalOrganization": max(statements // 2000, 20),
        "Body": max(statements // 400, 4),
        "Person": max(statements // 10, 20),
        "Office": max(statements // 20, 10),
        "Meeting": max(statements // 20, 10),
        "Place": max(statements // 1000, 4),
    }
    named = [
        f"{name.lower()}-{n},{name},{name} {n},Имя {name.lower()} {n},,,What it is."
        for name, count in counts.items()
        for n in range(count)
    ]
    named.append("collective-defence,Topic,collective defence,коллективная оборона,,,A purpose.")
    _write(folder / "data" / "entities.csv", ENTITIES, named)
    last = statements // 50 + 2
    texts = [
        f"source-{n},Source {n},Publisher {n % 97},https://example.org/{n},2025-06-01,2025-06-02,"
        "en,news,"
        for n in range(last)
    ]
    _write(folder / "data" / "sources.csv", SOURCES, texts)
    rows = _shipped_rows(chance, statements, counts, last)
    _write(folder / "data" / "statements" / "facts.csv", STATEMENTS, rows)


def _shipped_rows(
    chance: random.Random, statements: int, counts: dict[str, int], sources: int
) -> Iterator[str]:
    """Yield the rows in the words of the shipped ontology."""
    made = 0

    def row(subject: str, name: str, value: str, times: str = ",,") -> str:
        nonlocal made
        made += 1
        source = chance.randrange(sources)
        return f"{subject},{name},{value},{times},source-{source},p. {made},,"

    def some(name: str) -> str:
        return f"{name.lower()}-{chance.randrange(counts[name])}"

    yield row("internationalorganization-0", "purpose", "collective-defence")
    for n in range(counts["Body"]):
        yield row(f"body-{n}", "bodyOf", some("InternationalOrganization"))
    for n in range(counts["Office"]):
        office, day = f"office-{n}", chance.randrange(2000)
        yield row(office, "officeOf", some("State"))
        for holder in chance.sample(range(counts["Person"]), 3):
            until = day + chance.randrange(200, 2500)
            times = f"{_day(day)},{_day(until)},"
            yield row(f"person-{holder}", "holdsOffice", office, times)
            day = until + chance.randrange(900)
    for n in range(counts["Meeting"]):
        meeting, at = f"meeting-{n}", f",,{_day(chance.randrange(DAYS - 90))}"
        yield row(meeting, "meetingOf", some("Body"), at)
        yield row(meeting, "heldAt", some("Place"))
        for guest in chance.sample(range(counts["Person"]), 3):
            yield row(f"person-{guest}", "attended", meeting, at)
    pairs = _pairs(chance, statements - made, counts)
    for state, organization in sorted(pairs):
        name = "memberOf" if not organization else chance.choice(("memberOf", "observerOf"))
        times = f"{_text(chance, chance.randrange(DAYS - 90))},,"
        yield row(f"state-{state}", name, f"internationalorganization-{organization}", times)


def _pairs(chance: random.Random, wanted: int, counts: dict[str, int]) -> set[tuple[int, int]]:
    """Return states and organisations; few belong to the first, whose members are allies."""
    pairs = {(state, 0) for state in range(12)}
    while len(pairs) < wanted:
        organization = chance.randrange(1, counts["InternationalOrganization"])
        pairs.add((chance.randrange(counts["State"]), organization))
    return pairs


def _day(number: int) -> str:
    return (FIRST + timedelta(days=number)).isoformat()


def _text(chance: random.Random, number: int) -> str:
    """Return the day to the day, to the month, or to the year."""
    day = (FIRST + timedelta(days=number)).isoformat()
    return day[: chance.choice((10, 10, 10, 7, 4))]


def _write(path: Path, header: str, lines: list[str] | Iterator[str]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(f"{header}\n")
        file.writelines(f"{line}\n" for line in lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--statements", type=int, default=100_000)
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--rules", action="store_true", help="with offices, rules and shapes")
    form.add_argument("--shipped", action="store_true", help="in the shipped ontology's words")
    options = parser.parse_args()
    if options.shipped:
        write_in_shipped_words(options.folder, options.statements)
    else:
        write_project(options.folder, options.statements, rules=options.rules)
