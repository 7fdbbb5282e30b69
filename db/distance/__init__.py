"""Distances along streets: the search for routes to the sites of a tile, and the table of routes."""
