"""The tables of contract 2 as pandas frames: numbers unrounded, one row a unit, node, cut or input."""
