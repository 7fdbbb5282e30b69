"""First keys of the advisory locks that sessions share: one for each kind of thing that can be held."""

from __future__ import annotations

from enum import IntEnum, unique


@unique
class LockClass(IntEnum):
    """What the second key is the number of; who holds one works on that."""

    RUN = 7_291_847
    """A run, held by its process while it lives."""
    VARIATION = 7_291_848
    """A hash of a variation, held by who solves it."""
    WHAT_IF = 7_291_849
    """A what-if, shared by runner and process while they live."""
    PLACE_LOAD = 7_291_850
    """A load of places that people drew, shared likewise."""
    TAKE_UP = 7_291_851
    """0, held by who takes one of these two up."""
