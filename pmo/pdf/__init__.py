"""HTML to tagged, archivable PDF with our own fonts and without any access to files or network."""
