"""The model: what a statement is, when it holds, what may be written, and what can be said."""
