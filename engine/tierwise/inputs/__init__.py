"""Labelled inputs: the framework, the panel of indicators, the expert panel, earlier ranks."""

from tierwise.inputs.comparisons import Comparisons
from tierwise.inputs.experts import Experts, Round
from tierwise.inputs.framework import Framework
from tierwise.inputs.history import History
from tierwise.inputs.judgements import Judgements
from tierwise.inputs.panel import Panel
from tierwise.inputs.sheet import Sheet

__all__ = ["Comparisons", "Experts", "Framework", "History", "Judgements", "Panel", "Round", "Sheet"]
