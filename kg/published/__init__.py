"""Published tables of others, held against the record."""
