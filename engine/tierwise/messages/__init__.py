"""Texts of problems, one TOML file for each family of codes."""
