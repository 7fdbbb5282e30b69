"""Measurements, none of which a test depends on: `make bench` (with `python -m tests.benchmark.distance`) and `python -m tests.benchmark.load`."""

from db.common.interrupt import quiet_imports

quiet_imports()
