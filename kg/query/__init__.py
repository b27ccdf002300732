"""Queries: SPARQL and named questions as of any date → results."""
