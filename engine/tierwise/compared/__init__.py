"""Two runs side by side, books or folders of results: what differs in them, and why ranks changed."""

from tierwise.compared.runs import Runs as Runs
from tierwise.compared.runs import compare_runs as compare_runs

__all__ = ["Runs", "compare_runs"]
