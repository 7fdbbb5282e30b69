"""Made-up names: streets, places, operators. Every name of a place says that it is synthetic."""

from __future__ import annotations

import numpy as np

from etl.sample.calibration import LABEL, Ints
from etl.sample.land import BLOCK, Land
from etl.sample.lattice import DIAGONAL, MOTORWAY, PRIMARY, RESIDENTIAL, ROW, SECONDARY
from etl.sample.network import Network, Runs
from etl.sample.words import HEAD, TAIL

LOCAL_SUFFIX = ("Street", "Avenue", "Crescent", "Drive", "Court", "Place", "Lane", "Way")
MAIN_SUFFIX = ("Road", "Street", "Avenue", "Boulevard", "Parkway")
OPERATORS = ("Samplecharge", "Voltmock", "Ampelot", "Testa Supercharge", "Fakeplug", "Demowatt")


def _mix(*parts: Ints | int) -> Ints:
    """Mix whole numbers into a well-spread one, the same on every machine."""
    value = np.zeros(1, np.uint64)
    for part in parts:
        value = (value ^ np.asarray(part).astype(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        value ^= value >> np.uint64(29)
        value *= np.uint64(0xBF58476D1CE4E5B9)
        value ^= value >> np.uint64(32)
    return (value >> np.uint64(1)).astype(np.int64)


def street_names(land: Land, network: Network) -> list[str]:
    """Return the name of each way: a line keeps its name within a town, local streets change it by block."""
    runs = network.runs
    middle = (runs.start + runs.stop) // 2
    is_local = runs.road_class <= RESIDENTIAL
    zone = np.where(is_local, middle // 12 + 1, 0)
    code = _mix(land.seed, runs.axis, runs.line, zone + (land.size * _town(land, runs, middle)))
    out = []
    for axis, line, road_class, local, number in zip(
        runs.axis.tolist(),
        runs.line.tolist(),
        runs.road_class.tolist(),
        is_local.tolist(),
        code.tolist(),
        strict=True,
    ):
        word = HEAD[number % len(HEAD)] + TAIL[number // 97 % len(TAIL)]
        if axis == DIAGONAL:
            out.append("Old Pattern Road")
        elif local:
            out.append(f"{word} {LOCAL_SUFFIX[number // 7919 % len(LOCAL_SUFFIX)]}")
        elif road_class in (SECONDARY, PRIMARY):
            out.append(f"{word} {MAIN_SUFFIX[_line_class(axis, line) % len(MAIN_SUFFIX)]}")
        else:
            out.append(f"Concession Road {line // 24}" if axis == ROW else f"Sideroad {line // 24}")
    for road_class, number in zip(
        network.road_class[len(out) :].tolist(), network.motorway_number[len(out) :].tolist(), strict=True
    ):
        out.append(
            f"Sample Motorway {number} {LABEL}"
            if road_class == MOTORWAY
            else f"Ramp of Sample Motorway {number} {LABEL}"
        )
    return out


def _town(land: Land, runs: Runs, middle: Ints) -> Ints:
    """Return the town of the middle of each run."""
    last = land.block_type.shape[0] - 1
    i = np.where(runs.axis == ROW, middle, np.where(runs.axis == DIAGONAL, middle, runs.line))
    j = np.where(runs.axis == ROW, runs.line, middle)
    a, b = (np.clip(x // BLOCK, 0, last) for x in (i, j))
    return np.asarray(land.block_town[a, b], np.int64)


def _line_class(axis: int, line: int) -> int:
    return line // 24 + 2 * axis
