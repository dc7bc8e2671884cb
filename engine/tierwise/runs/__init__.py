"""Two runs side by side, books or folders of results: what differs in them, and why ranks changed."""

from tierwise.runs.compared import Runs as Runs
from tierwise.runs.compared import compare_runs as compare_runs

__all__ = ["Runs", "compare_runs"]
