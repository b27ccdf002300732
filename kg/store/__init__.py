"""Stores: a graph on disk, in memory or behind a URL, asked in one way and read back."""
