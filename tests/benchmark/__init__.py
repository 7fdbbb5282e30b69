"""Measurements, none of which a test depends on: `make bench` and `python -m tests.benchmark.load`."""
