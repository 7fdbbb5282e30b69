"""Ways to a plan with a proven dual bound: a greedy start, HiGHS on the whole model, large neighbourhoods."""
