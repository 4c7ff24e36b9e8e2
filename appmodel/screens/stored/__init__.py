"""Screens that stay on disk: names and labels in memory, values read in blocks of bounded size."""
