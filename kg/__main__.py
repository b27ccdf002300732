"""`python -m kg` is the command `kg`."""

from kg.entry import main

main()
