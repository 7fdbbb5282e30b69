"""Parts of made-up names."""

from __future__ import annotations


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
