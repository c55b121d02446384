"""The Python interface, as a notebook uses it."""
