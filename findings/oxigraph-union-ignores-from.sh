#!/usr/bin/env bash
# FROM, asked of Oxigraph's server with --union-default-graph.
#
# A good guess: a query that says FROM <urn:2020> sees the triples of that graph alone. SPARQL 1.1
# (section 13.2) has the dataset of a query used in place of the one that the service would use.
# What happens: the server takes no notice of FROM, and a plain pattern sees all graphs as before;
# FROM NAMED is heeded. Without the option FROM is heeded too.
# Why users care: where each graph is a year, a source or a client, the answer silently holds the
# triples of all of them. Write GRAPH <urn:2020> { … } in its place.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q 'oxigraph==0.5.13'
cat > facts.nq <<'NQ'
<urn:ada> <urn:playsFor> <urn:rooks> <urn:2020> .
<urn:ada> <urn:playsFor> <urn:knights> <urn:2021> .
NQ
cat > try.py <<'PY'
import json
import socket
import subprocess
import time
from urllib.parse import urlencode
from urllib.request import urlopen

QUERIES = {
    "FROM": "SELECT ?club FROM <urn:2020> { <urn:ada> <urn:playsFor> ?club }",
    "FROM NAMED": "SELECT ?club FROM NAMED <urn:2020> { GRAPH ?g { ?who ?plays ?club } }",
    "GRAPH": "SELECT ?club { GRAPH <urn:2020> { <urn:ada> <urn:playsFor> ?club } }",
}


def clubs(*options: str) -> dict[str, list[str]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{probe.getsockname()[1]}"
    command = ["venv/bin/oxigraph", "serve-read-only", "--location", "store", "--bind", place]
    server = subprocess.Popen([*command, *options], stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            try:
                urlopen(f"http://{place}/").close()
                break
            except OSError:
                time.sleep(0.05)
        found = {}
        for name, text in QUERIES.items():
            asked = urlencode({"query": text, "format": "json"})
            with urlopen(f"http://{place}/query?{asked}") as answer:
                rows = json.load(answer)["results"]["bindings"]
            found[name] = sorted(row["club"]["value"] for row in rows)
        return found
    finally:
        server.terminate()
        server.wait()


subprocess.run(
    ["venv/bin/oxigraph", "load", "--location", "store", "--file", "facts.nq"],
    check=True,
    stderr=subprocess.DEVNULL,
)
plain, union = clubs(), clubs("--union-default-graph")
for name in QUERIES:
    print(f"{name}: {plain[name]}, with --union-default-graph {union[name]}")
one = ["urn:rooks"]
expected = (dict.fromkeys(QUERIES, one), dict.fromkeys(QUERIES, one) | {"FROM": ["urn:knights", *one]})
raise SystemExit(0 if (plain, union) == expected else 1)
PY
venv/bin/python try.py
