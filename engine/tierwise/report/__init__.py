"""What people open: the results workbook and the report page."""
