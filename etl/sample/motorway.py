"""Two motorways with both carriageways, ramps and interchanges; they meet other roads only through ramps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from etl.sample.barrier import curve_gap
from etl.sample.calibration import Floats
from etl.sample.land import CONCESSION, STEP_M, Land
from etl.sample.lattice import LOCAL, MOTORWAY, MOTORWAY_LINK, NONE, SECONDARY, UNCLASSIFIED, Lattice, Raster

# Lattice steps from the middle line to a carriageway; steps from an interchange to where its ramps leave.
HALF_WIDTH = 0.35
RAMP = 6
# Steps from the middle line within which there is no local street.
CLEAR = 1.7
ENDS = 2
Place = tuple[float, float]


@dataclass
class Carriageway:
    """A one-way road off the lattice: lattice places in the direction of travel; `joints` lie on a street."""

    road_class: int
    number: int
    places: list[Place]
    joints: list[bool] = field(default_factory=list)


def first_line(land: Land, i: Floats) -> Floats:
    """Return lattice j of the first motorway at lattice i: between the first and second city."""
    x, _ = land.unit(i, i)
    y = 3.1 + 0.10 * x + 1.1 * np.sin(x / 5.5 + 0.4)
    return land.half + y * land.k * 1000 / STEP_M


def second_line(land: Land, j: Floats) -> Floats:
    """Return lattice i of the second motorway at lattice j: between the first and third city."""
    _, y = land.unit(j, j)
    x = -3.4 + 0.05 * y + 1.0 * np.sin(y / 4.8 + 1.0)
    return land.half + x * land.k * 1000 / STEP_M


def _clear(crossed: Raster, along: Raster, at: Floats) -> None:
    """Remove local streets within 80 m of the motorway; only main and concession roads have a bridge."""
    for rise, raster in enumerate((crossed, along)):
        gap, crossing = curve_gap(raster.shape, at, rise)
        raster[(np.abs(gap) < CLEAR) & np.isin(raster, LOCAL)] = NONE
        is_minor = (np.arange(raster.shape[0]) % CONCESSION != 0)[:, None]
        raster[crossing & is_minor & (raster < SECONDARY)] = NONE


def _interchanges(crossed: Raster, at: Floats, low: float, high: float) -> list[int]:
    """Choose the lines where roads reach across the motorway: every 2.4 km in town, 4.8 km outside."""
    chosen: list[int] = []
    for line in range(0, crossed.shape[0], CONCESSION):
        middle = round(float(at[line]))
        if not low <= line <= high or not RAMP < middle < crossed.shape[1] - RAMP:
            continue
        span = crossed[line, middle - 4 : middle + 4]
        apart = 2 if np.all(span >= SECONDARY) else 4
        if np.all(span >= UNCLASSIFIED) and (not chosen or line - chosen[-1] >= apart * CONCESSION):
            chosen.append(line)
    return chosen


def _build(at: Floats, lines: list[int], number: int) -> list[Carriageway]:
    """Draw carriageways and ramps in (along, across) coordinates; traffic keeps right."""
    first, last = lines[0], lines[-1]
    along = np.arange(first + 3, last - 2, 3)
    out = []
    for sign in (1, -1):
        lane = [(float(a), float(at[a]) - sign * HALF_WIDTH) for a in along]
        ends = [(float(line), float(round(at[line]))) for line in (first, last)]
        places = [ends[0], *lane, ends[1]]
        out.append(Carriageway(MOTORWAY, number, places[::sign], [True, *[False] * len(lane), True]))
        for line in lines[1:-1]:
            foot = (float(line), float(np.floor(at[line]) - 2 if sign == 1 else np.ceil(at[line]) + 2))
            for end in (line - RAMP, line + RAMP):
                leave = (float(end), float(at[end]) - sign * HALF_WIDTH)
                bend = (line + (end - line) * 0.35, leave[1] * 0.35 + foot[1] * 0.65)
                ramp = [leave, bend, foot]
                is_off = (end < line) == (sign == 1)
                joints = [False, False, True]
                turn = 1 if is_off else -1
                out.append(Carriageway(MOTORWAY_LINK, number, ramp[::turn], joints[::turn]))
    return out


def _swap(roads: list[Carriageway]) -> list[Carriageway]:
    """Turn (along, across) into (i, j) for a motorway along j; as this mirrors, travel is reversed."""
    return [
        Carriageway(road.road_class, road.number, [(j, i) for i, j in road.places][::-1], road.joints[::-1])
        for road in roads
    ]


def make_motorways(land: Land, lattice: Lattice) -> list[Carriageway]:
    """Lay the motorways, clear local streets out of their way, and return their carriageways and ramps.

    A region too small for two interchanges has none.
    """
    points = np.arange(land.size, dtype=np.float64)
    one, two = first_line(land, points), second_line(land, points)
    meet = float(one[int(np.clip(two[land.half], 0, land.size - 1))])
    plans: list[tuple[Raster, Raster, Floats, float, Callable[[list[Carriageway]], list[Carriageway]]]] = [
        (lattice.column, lattice.row, one, land.size, list),
        (lattice.row, lattice.column, two, meet - 8, _swap),
    ]
    roads: list[Carriageway] = []
    for number, (crossed, along, at, high, turn) in enumerate(plans, start=1):
        lines = _interchanges(crossed, at, 0, high)
        if len(lines) < ENDS:
            continue
        _clear(crossed[lines[0] : lines[-1]], along[:, lines[0] : lines[-1] - 1], at[lines[0] : lines[-1]])
        roads += turn(_build(at, lines, number))
    return roads
