"""Worked examples: the models' formulas in LaTeX with the numbers of a small example in the places of the symbols."""
