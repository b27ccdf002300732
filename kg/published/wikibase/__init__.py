"""Wikibase: what its files and query services say, read for whoever asks."""
