"""The page: a network becomes one self-contained file that works offline."""
