"""Excel on Windows through xlOil: worksheet functions of an XLL, stored by their plain names."""
