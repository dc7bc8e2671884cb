"""A panel rehearsed: forms made, filled with seeded answers, collected and run, as a real one is."""

from tierwise.rehearsal.example import Example, delphi_example

__all__ = ["Example", "delphi_example"]
