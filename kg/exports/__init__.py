"""Exports: the graph in formats of other tools, as files or in their stores."""
