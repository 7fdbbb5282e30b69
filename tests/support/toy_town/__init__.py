"""A drawn town of five junctions whose numbers can be checked by hand; see README.md."""

from pathlib import Path

NEAR = Path(__file__).with_name("near.toml")
FOUR_LEVELS = Path(__file__).with_name("four_levels.toml")
