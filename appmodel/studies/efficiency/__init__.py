"""What the models cost, and how it grows (section 4.7, Table 5)."""
