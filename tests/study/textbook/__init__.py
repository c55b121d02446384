"""Stochastic programs whose answers are known, written as ordinary cases: from the literature, and worked by hand."""
