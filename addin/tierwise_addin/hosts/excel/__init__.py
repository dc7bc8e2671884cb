"""Excel on Windows through classic xlwings: worksheet functions, the add-in file, the ribbon's commands."""
