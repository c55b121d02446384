"""What a good user would write instead of the planner: the same case read from the same file, modelled in a peer."""
