"""Spreadsheets to apply with: a connection inquiry for each distributor, and grant programs."""
