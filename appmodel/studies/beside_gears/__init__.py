"""GEARS, APP and AnchoredAPP on the same cells, split and network: what each costs, and what it scores."""
