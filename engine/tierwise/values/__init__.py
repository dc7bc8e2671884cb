"""Labelled inputs: the framework, the panel of indicators, the expert panel, earlier ranks."""

from tierwise.values.comparisons import Comparisons
from tierwise.values.experts import Experts, Round
from tierwise.values.framework import Framework
from tierwise.values.history import History
from tierwise.values.panel import Panel
from tierwise.values.sheet import Sheet

__all__ = ["Comparisons", "Experts", "Framework", "History", "Panel", "Round", "Sheet"]
