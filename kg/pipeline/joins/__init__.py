"""Rules as joins: what follows from the statements of a large project, column by column."""
