"""Distances along streets: which sites are searched from together, the search, and where what it finds is written."""
