"""Reports: why a fact is held, and what the record is weak in."""
