"""Hypertext: what the graph says as pages that link to each other, served or as files."""
