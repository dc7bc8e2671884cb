"""Worksheet functions and the hosts that offer them."""
