"""The sample region: invented, generated, the same bytes for the same seed and scale.

Nothing in it is copied from a real place. Only the sums are real: they are the published totals of the Region
of Waterloo (`calibration.py`) times the scale. The files have the formats of the real sources, so that the
real loaders read them, and each says that it is synthetic wherever its format has room for it.

Up to scale 2 the region is one town: three cities, four townships and their villages, on an outline in Lake
Huron. Above, it is a province (scale 25 has 15 million people, scale 50 is the largest): 1.2 towns for each 1
of scale, three at least, whose sizes are in proportion to 1 / rank. Each town is the one of scale 1 in small
or in large, so that densities, streets and countryside are those of scale 1; each has its own municipalities,
postal areas, supply lines, distributor and bus routes. Motorways join neighbouring towns (`trunk.py`), and
concession roads run on from one town's townships to the next. The outline lies in Hudson Bay, in the same
projection: within it a metre of the map is 0.9996 to 1.0000 metres of the ground.
"""

from __future__ import annotations

from etl.sample.generate import write_sample

__all__ = ["write_sample"]
