"""Studies: what is measured on which screens, and the numbers of the chapters.  No figure is drawn here."""
