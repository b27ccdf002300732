"""Columns: the same walk on columns, for tables of a million rows and more.

Columns sieve, rows explain: what a column at a time cannot call surely right goes through the
row-by-row code of `load` and `merge`, so both walks find and make the same.
"""
