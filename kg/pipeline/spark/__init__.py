"""Spark: the walk on columns by many machines, with the functions that one machine runs.

`session` starts Spark, `tasks` is what its workers do, `engine` puts the stages together, and
`shards` is what they leave.
"""
