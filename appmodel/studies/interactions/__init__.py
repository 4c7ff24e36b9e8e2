"""Genetic interactions: what doubles do beyond the sum of their singles."""
