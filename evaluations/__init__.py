"""Scores the product on real data that is given by path and never part of it."""
