"""Analysis: the graph as networks, numbers over time and figures."""
