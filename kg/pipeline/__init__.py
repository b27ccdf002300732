"""The pipeline: tables → statements → quads → a checked, inferred, stored graph."""
