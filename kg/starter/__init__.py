"""Starter: the first files of a project of one's own."""
