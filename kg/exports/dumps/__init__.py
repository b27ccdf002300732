"""Dumps: one module for each format of dumps that the engine does not write, found by its name."""
