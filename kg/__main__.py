"""`python -m kg` is the command `kg`."""

from kg.cli.entry import main

main()
