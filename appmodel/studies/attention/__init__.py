"""Is attention an explanation? (section 4.4, Figure 2)"""
