"""The case unrolled over periods and nodes, in model units."""

from planner.instance.tree import Node, Tree
from planner.instance.unroll import Instance, unroll

__all__ = ["Instance", "Node", "Tree", "unroll"]
