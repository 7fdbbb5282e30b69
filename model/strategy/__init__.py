"""Ways to a plan: a greedy start, the solver on the whole model, the search for rules in conflict."""
