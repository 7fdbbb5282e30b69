"""Figures for reports, as PNG and SVG: maps of coverage and demand, money, tornado, Pareto frontier."""
