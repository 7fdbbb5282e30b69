"""Made-up names: streets, places, operators. Every name of a place says that it is synthetic."""

from __future__ import annotations

import numpy as np

from etl.sample.calibration import LABEL, Ints
from etl.sample.lattice import DIAGONAL, MOTORWAY, PRIMARY, RESIDENTIAL, ROW, SECONDARY
from etl.sample.network import Network


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


HEAD = _words(
    "Alder Amber Apple Ash Aspen Barley Birch Bluebell Briar Brook Burdock Cedar Cherry Clover Copper "
    "Cotton Cress Daisy Dove Elder Elm Fallow Fern Finch Flax Fox Gander Glen Granite Hazel Heather "
    "Heron Holly Indigo Iris Ivory Juniper Kestrel Lantern Larch Laurel Lilac Linden Maple Marsh Meadow "
    "Millet Moss Nettle Oak Orchard Otter Pebble Pepper Pine Plover Poplar Quarry Quill Raven Reed "
    "Robin Rowan Rye Saffron Sage Sorrel Spruce Swallow Tamarack Thistle Thorn Timber Trillium Umber "
    "Vale Violet Walnut Willow Wren Yarrow "
)
TAIL = _words(
    "bank bridge brook combe croft dale den field ford gate grove ham hill holt hurst land ley mead "
    "mere moor ridge side stead stone vale view water well wick wood "
)
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


def street_names(network: Network, seed: int) -> list[str]:
    """Return the name of each way; one line keeps its name, local streets change it block by block."""
    runs = network.runs
    middle = (runs.start + runs.stop) // 2
    is_local = runs.road_class <= RESIDENTIAL
    zone = np.where(is_local, middle // 12 + 1, 0)
    code = _mix(seed, runs.axis, runs.line, zone)
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


def _line_class(axis: int, line: int) -> int:
    return line // 24 + 2 * axis
