"""Who gains, and where (section 4.5, Figure 3, Table 3)."""
