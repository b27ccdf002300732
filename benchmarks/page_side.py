"""Write the page that one tool makes of a pickled network; print the processor time it took.

`benchmarks/page.py --beside` runs it in the Python of each side, whose tool alone it imports.

    python benchmarks/page_side.py TOOL NETWORK.pickle PAGE.html
"""

from __future__ import annotations

import pickle
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import networkx as nx


def written(tool: str, network: nx.MultiDiGraph[str], path: Path) -> None:
    """Write the page as the manual of the tool shows it."""
    if tool in {"kg", "kg before"}:
        draw = import_module("kg.page.draw" if tool == "kg" else "kg.view.draw")
        draw.view(network).save(path)
        return
    # The other tools show no lists of sources, and some stumble over them.
    for _, _, values in network.edges(data=True):
        values.pop("references", None)
    if tool == "pyvis":
        net = import_module("pyvis.network").Network(directed=True, cdn_resources="in_line")
        net.from_nx(network)
        path.write_text(net.generate_html(), encoding="utf-8")
    elif tool == "gravis":
        import_module("gravis").vis(network).export_html(str(path), overwrite=True)
    else:
        import_module("ipysigma").Sigma.write_html(network, str(path), fullscreen=True)


def main() -> None:
    """Print the seconds of processor, reading the network and loading the tool left out."""
    tool, given, path = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    network = pickle.loads(given.read_bytes())
    began = time.process_time()
    written(tool, network, path)
    print(time.process_time() - began)


if __name__ == "__main__":
    main()
