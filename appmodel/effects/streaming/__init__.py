"""Effects of cells that stay on disk: one pass over the file, one over a small sorted copy of it."""
