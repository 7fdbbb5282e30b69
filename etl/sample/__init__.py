"""The sample region: invented, generated, the same bytes for the same seed and scale.

Nothing in it is copied from a real place. Only the sums are real: they are the published totals of the Region
of Waterloo (`calibration.py`) times the scale. The files have the formats of the real sources, so that the
real loaders read them, and each says that it is synthetic wherever its format has room for it.
"""

from __future__ import annotations

from etl.sample.generate import write_sample

__all__ = ["write_sample"]
