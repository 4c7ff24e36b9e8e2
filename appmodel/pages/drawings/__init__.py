"""Drawings of what the book talks about, made of shapes by code: nothing in them is measured."""
