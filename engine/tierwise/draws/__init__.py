"""What changes from draw to draw, and what the draws say."""
