"""Text: how statements, dates and tables are written for people and programs, and the formats."""
