"""What the list would be under other weights: scenarios, swings, sweeps, and weights that reach a target."""
