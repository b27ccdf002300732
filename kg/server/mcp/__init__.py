"""MCP: the graph as tools and resources of the Model Context Protocol, for language models.

`tools` says what can be called, `jobs` does it in the workers, `service` speaks the protocol,
`start` begins. Nothing here writes.
"""
