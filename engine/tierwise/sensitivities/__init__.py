"""Global sensitivity: which judgement moves ranks, scores and cuts."""
