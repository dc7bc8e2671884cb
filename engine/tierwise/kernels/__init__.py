"""Plain functions on arrays at the heart of every draw: scores, ranks, tiers and their tallies."""
