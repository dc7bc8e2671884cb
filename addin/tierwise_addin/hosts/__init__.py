"""Hosts: they register the catalogue's functions and pass cells on. No arithmetic here."""
