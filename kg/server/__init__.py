"""The server: SPARQL 1.1 Protocol for programs and pages for people, read-only, over a store."""
