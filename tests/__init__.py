"""Mirrors planner/, which is imported before any library that it has a say in."""

import planner  # noqa: F401
