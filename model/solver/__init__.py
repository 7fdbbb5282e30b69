"""Ways to a plan with a dual bound: a greedy start, swaps, HiGHS on the whole model, large neighbourhoods."""
