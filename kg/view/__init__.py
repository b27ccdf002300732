"""The page: a network becomes one self-contained file that works offline.

`view` is the door; what it needs is imported when it is called, so importing this room is cheap.
"""

from kg.view.draw import view
from kg.view.page import Page
from kg.view.positions import read_positions

__all__ = ["Page", "read_positions", "view"]
