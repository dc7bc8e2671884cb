"""A finished report proof-read: its tables and sentences against the list, the figures and each other."""

from tierwise.proofreading.reader import Proof as Proof
from tierwise.proofreading.reader import proof as proof

__all__ = ["Proof", "proof"]
