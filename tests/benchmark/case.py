"""What is measured: a region, and a scenario to plan there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from db.common.errors import UsageError
from db.environment import CHECKOUT, setting
from tests.support.databases import Templates

HERE = Path(__file__).resolve().parent
WATERLOO = CHECKOUT.parent / "shared" / "data" / "waterloo"
TOWN_SCALE = 1.15
"""With the candidates below, 4,500 sites and 3,900 demand cells: a region of half a million people."""
_TOWN_SETTINGS = "\n[settings]\ncandidate_cluster_m = 55\ncandidate_gap_m = 150\n"


@dataclass(frozen=True)
class Case:
    """A case: its name, the kind of its region, the file of the region, and the scenario (name or path)."""

    name: str
    kind: str
    region: Callable[[float], str]
    scenario: str

    @contextmanager
    def database(self, templates: Templates, scale: float) -> Iterator[str]:
        """Yield the address of a database that holds the region.

        Raises:
            UsageError: the region needs files that are not there.
        """
        with pytest.MonkeyPatch.context() as patch:
            if self.region is waterloo and not setting("DATA_DIR") and WATERLOO.is_dir():
                patch.setenv("DATA_DIR", str(WATERLOO))
            if self.region is town:
                patch.delenv("DATA_DIR", raising=False)  # another region's files of the same names
            template = templates.loaded(self.kind, lambda: self.region(scale))
        with templates.clone(template) as address:
            yield address


def town(scale: float) -> str:
    """Write the sample region with candidates at every corner; return the path of its file."""
    from etl.sample import write_sample

    folder = CHECKOUT / "out" / "sample" / f"bench_{scale:g}"
    file = Path(write_sample(folder, scale=scale, seed=1))
    dense = file.with_name("bench.toml")
    dense.write_text(file.read_text(encoding="utf-8") + _TOWN_SETTINGS, encoding="utf-8")
    return str(dense)


def waterloo(_scale: float) -> str:
    """Return the name of the region of Waterloo.

    Raises:
        UsageError: its files are not there.
    """
    if not setting("DATA_DIR"):
        raise UsageError("The files of Waterloo are not here.", "set DATA_DIR, or leave out its cases.")
    return "waterloo"


CASES = {
    case.name: case
    for case in (
        Case("covering_wide", "town", town, str(HERE / "covering_wide.toml")),
        Case("covering_short", "town", town, str(HERE / "covering_short.toml")),
        Case("phase1", "waterloo", waterloo, "phase1"),
        Case("full", "waterloo", waterloo, "full"),
    )
}
