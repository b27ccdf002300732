"""The record: what the graph says, as tables that stand beside the store."""
