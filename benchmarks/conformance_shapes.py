"""Run the W3C tests of SHACL, Core and SPARQL, against kg, pySHACL and the engine of kg alone.

The tests come with the source distribution of pySHACL, which has to be fetched and unpacked first:

    pip download --no-deps --no-binary :all: pyshacl==0.40.1 && tar xzf pyshacl-0.40.1.tar.gz
    python benchmarks/conformance_shapes.py pyshacl-0.40.1/test/resources/sht_tests [--verbose]

A report is right when it is the expected graph: its focus nodes, values, severities, components,
shapes, and paths with all their nodes.
Ends with 1 when kg fails a test.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pyshacl
import rdflib
import shifty
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    parse,
    serialize,
)

MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
SHT = "http://www.w3.org/ns/shacl-test#"
SH = "http://www.w3.org/ns/shacl#"
KEPT = ("resultPath", "focusNode", "value", "resultSeverity", "sourceConstraintComponent",
        "sourceShape")  # fmt: skip
# Data and shapes → a report in Turtle, "" where there is none because the shapes are refused.
Engine = Callable[[Path, Path], str]


class Test(NamedTuple):
    name: str
    data: Path
    shapes: Path
    graph: Dataset
    result: BlankNode | NamedNode

    @property
    def is_failure(self) -> bool:
        """Whether there is to be no report."""
        return isinstance(self.result, NamedNode)


def values(graph: Dataset, subject: object, iri: str) -> list[object]:
    quads = graph.quads_for_subject(subject)  # type: ignore[arg-type]
    return [quad.object for quad in quads if quad.predicate.value == iri]


def path_of(node: object) -> Path:
    assert isinstance(node, NamedNode)
    return Path(url2pathname(urlsplit(node.value).path))


def tests_of(folder: Path) -> Iterator[Test]:
    for path in sorted(folder.rglob("*.ttl")):
        graph = Dataset(parse(path=str(path), base_iri=path.as_uri()))
        for quad in graph.quads_for_object(NamedNode(f"{SHT}Validate")):
            (action,) = values(graph, quad.subject, f"{MF}action")
            (result,) = values(graph, quad.subject, f"{MF}result")
            (data,) = values(graph, action, f"{SHT}dataGraph")
            (shapes,) = values(graph, action, f"{SHT}shapesGraph")
            assert isinstance(result, (BlankNode, NamedNode))
            name = path.relative_to(folder).with_suffix("").as_posix()
            yield Test(name, path_of(data), path_of(shapes), graph, result)


def by_kg(data: Path, shapes: Path) -> str:
    command = [sys.executable, "-m", "kg", "validate", "--format", "turtle", "--quiet"]
    done = subprocess.run(
        [*command, "--data", data, "--shapes", shapes],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode > 1:
        sys.exit(f"{data}: {done.stderr}")
    return done.stdout


def by_pyshacl(data: Path, shapes: Path) -> str:
    graphs = [rdflib.Graph().parse(path, publicID=path.as_uri()) for path in (data, shapes)]
    try:
        _, report, _ = pyshacl.validate(graphs[0], shacl_graph=graphs[1], inference="none")
    except Exception:  # noqa: BLE001 - whatever it cannot do
        return ""
    return report.serialize(format="nt") if isinstance(report, rdflib.Graph) else ""


def by_engine(data: Path, shapes: Path) -> str:
    texts: list[str | bytes] = [
        serialize(parse(path=str(path), base_iri=path.as_uri()), format=RdfFormat.N_TRIPLES) or b""
        for path in (data, shapes)
    ]
    try:
        _, report, _ = shifty.validate(texts[0], texts[1])
    except ValueError:
        return ""
    told: str = report.serialize(format="nt")
    return told


def passes(test: Test, engine: Engine) -> bool:
    told = engine(test.data, test.shapes)
    if test.is_failure or not told:
        return test.is_failure and not told
    report = Dataset(parse(told, RdfFormat.TURTLE))
    (root,) = report.quads_for_object(NamedNode(f"{SH}ValidationReport"))
    return essence(report, root.subject) == essence(test.graph, test.result)


def essence(graph: Dataset, root: object) -> list[str]:
    """What of a report is compared, its blank nodes named by its content."""
    found = Dataset()
    top = BlankNode()
    for value in values(graph, root, f"{SH}conforms"):
        found.add(Quad(top, NamedNode(f"{SH}conforms"), value))  # type: ignore[arg-type]
    for result in values(graph, root, f"{SH}result"):
        found.add(Quad(top, NamedNode(f"{SH}result"), result))  # type: ignore[arg-type]
        for name in KEPT:
            for value in values(graph, result, SH + name):
                # Results may share the nodes of a path or have copies of them.
                is_path = name == "resultPath" and isinstance(value, BlankNode)
                term = Literal(written(graph, value)) if is_path else value
                found.add(Quad(result, NamedNode(SH + name), term))  # type: ignore[arg-type]
    found.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(map(str, found))


def written(graph: Dataset, node: object) -> str:
    if not isinstance(node, BlankNode):
        return str(node)
    said = graph.quads_for_subject(node)
    parts = sorted(f"{quad.predicate} {written(graph, quad.object)}" for quad in said)
    return f"[{' ; '.join(parts)}]"


def main() -> None:
    """Run all tests and print how many each engine passes."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("tests", type=Path, help="the folder sht_tests of the unpacked tests")
    parser.add_argument("--verbose", action="store_true", help="name the tests that fail")
    options = parser.parse_args()
    tests = list(tests_of(options.tests.resolve()))
    if not tests:
        sys.exit(f"there are no tests in {options.tests}")
    failed: dict[str, list[str]] = {}
    engines: dict[str, Engine] = {
        "kg validate": by_kg, "pySHACL": by_pyshacl, "pyshifty": by_engine
    }  # fmt: skip
    for name, engine in engines.items():
        failed[name] = []
        for test in tests:
            # Else rdflib writes literals otherwise than the data do; pySHACL sets it anew.
            rdflib.NORMALIZE_LITERALS = False
            if not passes(test, engine):
                failed[name].append(test.name)
        print(f"{name:12} {len(tests) - len(failed[name]):4} of {len(tests)}")
        for one in failed[name] if options.verbose else ():
            print(f"  fails {one}")
    sys.exit(bool(failed["kg validate"]))


if __name__ == "__main__":
    main()
