"""Worksheet-independent engine: composite indices, ranks, tiers and their robustness."""

__version__ = "0.1.0"
