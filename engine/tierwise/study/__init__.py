"""Scenarios: data, spec and uncertainty under a name; read, checked and run."""
