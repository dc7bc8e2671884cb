"""LibreOffice Calc: the extension ``tierwise.oxt``, made from the catalogue."""
