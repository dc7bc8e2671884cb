"""A raw table, as yearbooks and questionnaires have it, cleaned by rules that a reader can check."""

from tierwise.cleaning.book import Clean, clean
from tierwise.cleaning.rules import Change, Rule, rules

__all__ = ["Change", "Clean", "Rule", "clean", "rules"]
