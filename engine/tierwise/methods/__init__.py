"""The steps of an index, each a plain function on arrays."""
