"""What can be proved about a ranking without draws."""
