"""The tables of results as pandas frames: numbers unrounded, one row a unit, node, cut or input."""
