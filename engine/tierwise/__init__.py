"""Worksheet-independent engine: composite indices, ranks, tiers and their robustness."""
