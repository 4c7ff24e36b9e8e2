"""What a variant of a model or of its network changes (Tables 2 and 4)."""
