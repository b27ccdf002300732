"""Benchmarks: kg beside what a user would otherwise reach for."""
