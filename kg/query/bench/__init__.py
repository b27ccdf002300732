"""Bench: what workers know of stores.

`bench` lays a store before a worker, `place` says which, `answer` gives the bytes of a W3C format,
`asked` the rows of a question; `asker` is what a program holds that asks them.
"""
