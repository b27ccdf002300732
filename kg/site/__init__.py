"""Site: the graph as a folder of pages that need no server."""
