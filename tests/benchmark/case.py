"""What is measured: instances made in Python, and scenarios on regions that are loaded into a database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from db.common.errors import UsageError
from db.environment import CHECKOUT, setting
from tests.benchmark import generated, instances
from tests.benchmark.instances import Instance
from tests.support.databases import Templates

HERE = Path(__file__).resolve().parent
SHARED = CHECKOUT.parent / "shared"
WATERLOO = SHARED / "data" / "waterloo"
TOWN_SCALE = 1.15
"""With the candidates below, 4,500 sites and 3,900 demand cells: a region of half a million people."""
_TOWN_SETTINGS = "\n[settings]\ncandidate_cluster_m = 55\ncandidate_gap_m = 150\n"


@dataclass(frozen=True)
class PythonCase:
    """An instance made in Python."""

    name: str
    make: Callable[[Path], Instance]
    limit_s: float = 60.0
    is_small: bool = False
    needs_shared: bool = True

    def instance(self) -> Instance:
        """Return the instance.

        Raises:
            UsageError: it is a published one, and its files are not there.
        """
        if self.needs_shared and not (SHARED / "benchmarks").is_dir():
            raise UsageError(
                f"The published instances are not here: {SHARED / 'benchmarks'}.",
                "put them beside the checkout, or leave out their cases.",
            )
        return self.make(SHARED)


@dataclass(frozen=True)
class RegionCase:
    """A region, by its kind and its file, and a scenario (name or path), planned after those before it."""

    name: str
    kind: str
    region: Callable[[float], str]
    scenario: str
    before: tuple[str, ...] = ()
    limit_s: float = 60.0
    is_small: bool = False

    def instance(self) -> Instance:
        """Return the inputs of the scenario, from the database of the environment."""
        from tests.benchmark.instance import read_from_database

        inputs, demand_nodes = read_from_database(self.scenario)
        return Instance(inputs, demand_nodes=demand_nodes)

    @contextmanager
    def database(self, templates: Templates, scale: float) -> Iterator[str]:
        """Yield the address of a database that holds the region.

        Raises:
            UsageError: the region needs files that are not there.
        """
        with pytest.MonkeyPatch.context() as patch:
            if self.region is waterloo and not setting("DATA_DIR") and WATERLOO.is_dir():
                patch.setenv("DATA_DIR", str(WATERLOO))
            if self.region is not waterloo:
                patch.delenv("DATA_DIR", raising=False)  # another region's files of the same names
            template = templates.loaded(self.kind, lambda: self.region(scale))
        with templates.clone(template) as address:
            yield address


Case = PythonCase | RegionCase


def town(scale: float) -> str:
    """Write the sample region with candidates at every corner, of so much of its size; return the path of its file."""
    from etl.sample import write_sample

    folder = CHECKOUT / "out" / "bench" / f"town_{scale:g}"
    file = Path(write_sample(folder, scale=scale * TOWN_SCALE, seed=1))
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


def _san_francisco() -> Iterator[PythonCase]:
    for stores in range(1, 7):
        make = partial(instances.san_francisco_covering, stores=stores)
        yield PythonCase(f"sf_covering_{stores}", make, is_small=stores == 4)
    yield PythonCase("sf_set_covering", instances.san_francisco_set_covering, is_small=True)
    yield PythonCase("sf_p_median", instances.san_francisco_p_median)
    yield PythonCase("sf_capacitated", instances.san_francisco_capacitated, is_small=True)


def _of_or_library() -> Iterator[PythonCase]:
    names = [f"pmed{n}" for n in range(1, 11)]
    for name in names:
        yield PythonCase(
            f"covering_{name}", partial(instances.graph_covering, name=name), is_small=name == "pmed6"
        )
    for name in names:
        yield PythonCase(f"set_covering_{name}", partial(instances.graph_set_covering, name=name))
    for name in ("pmed1", "pmed3", "pmed5", "pmed6", "pmed8", "pmed10"):
        make = partial(instances.graph_capacitated, name=name, phase_count=1)
        yield PythonCase(f"capacitated_{name}", make, is_small=name == "pmed3")
    for name in ("pmed1", "pmed6", "pmed10"):
        make = partial(instances.graph_capacitated, name=name, phase_count=3)
        yield PythonCase(f"capacitated_phases_{name}", make)
    for name in names:
        make = partial(instances.published_p_median, name=name)
        yield PythonCase(f"p_median_{name}", make, is_small=name == "pmed1")


def _drawn() -> Iterator[PythonCase]:
    yield PythonCase("covering_drawn", lambda _: instances.drawn_covering(900), needs_shared=False)
    yield PythonCase(
        "capacitated_drawn", lambda _: instances.drawn_capacitated(400, 1), limit_s=120.0, needs_shared=False
    )
    yield PythonCase(
        "capacitated_phases_drawn",
        lambda _: instances.drawn_capacitated(400, 3),
        limit_s=120.0,
        needs_shared=False,
    )


def _of_regions() -> Iterator[RegionCase]:
    yield RegionCase("covering_wide", "town", town, str(HERE / "covering_wide.toml"))
    yield RegionCase("covering_short", "town", town, str(HERE / "covering_short.toml"))
    yield RegionCase("phase1", "waterloo", waterloo, "phase1", is_small=True)
    yield RegionCase("phase2", "waterloo", waterloo, "phase2", before=("phase1",))
    yield RegionCase("phase3", "waterloo", waterloo, "phase3", before=("phase1", "phase2"))
    yield RegionCase("full", "waterloo", waterloo, "full", limit_s=600.0)
    for drawing, limit_s in ((generated.MILLION, 600.0), (generated.GROWING, 1200.0)):
        name = drawing.name
        region = partial(generated.write_region, drawing)
        yield RegionCase(name, name, region, str(HERE / f"{name}.toml"), limit_s=limit_s)


CASES: dict[str, Case] = {
    case.name: case for case in (*_of_regions(), *_san_francisco(), *_of_or_library(), *_drawn())
}
