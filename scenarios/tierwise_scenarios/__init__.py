"""Bundled scenarios with their data tables."""
