"""Next year's book, made from this year's: what stays is carried over, what changes is told."""
