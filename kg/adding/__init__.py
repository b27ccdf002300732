"""Adding facts by hand: drafts of a text, what a text bears out, rows put into their tables."""
