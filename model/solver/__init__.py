"""Ways to a plan with a proven bound: a greedy start, HiGHS on the whole model, large neighbourhoods."""
