"""The model: variables, rules and objective, in Pyomo."""
