"""Questions about a run or a scenario: what binds, what depends on what, why there is no plan."""
