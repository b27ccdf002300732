"""The command line: words to calls; and the same in the cells of a notebook."""
