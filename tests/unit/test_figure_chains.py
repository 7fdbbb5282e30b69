"""The chains that the README lists are those of the views: each step is read by the one before it."""

from __future__ import annotations

from itertools import pairwise

import pytest

from db.environment import CHECKOUT
from db.schema import build
from etl.region.schema import Sources
from tests.support.figure_chains import chains

VIEWS = {view.full_name: view for view in build.view_files()}
BASELINE = CHECKOUT / "db" / "migrations" / "versions" / "1000_baseline"


def below(name: str) -> set[str]:
    """Return all that a view reads, by way of others too."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        view = VIEWS.get(waiting.pop())
        waiting += [need for need in (view.needs if view else ()) if need not in found]
        found |= set(view.needs if view else ())
    return found


def test_ten_chains_are_listed() -> None:
    assert len(chains()) == 10


@pytest.mark.parametrize("figure", chains())
def test_each_step_is_read_by_the_one_before(figure: str) -> None:
    steps = chains()[figure]
    tables = "".join(path.read_text(encoding="utf-8") for path in BASELINE.glob("*.sql"))
    for name, source in pairwise(steps):
        if name in VIEWS:
            assert source in below(name), (name, source)
            continue
        assert f"create table {name} (" in tables, name
        if name.startswith("plan.scenario"):
            assert (CHECKOUT / source).is_file(), source
        elif name.startswith("plan."):
            assert source in VIEWS, source  # what the model reads, and a run writes
            assert source.startswith("model.")
        else:
            assert name.startswith("raw.")
            assert source in Sources.model_fields, source
            assert f'"{name.removeprefix("raw.")}"' in sources_text(), name
    readers = (CHECKOUT / "report" / "page" / "read.py", CHECKOUT / "report" / "run.py")
    assert any(f"from {steps[0]} " in path.read_text(encoding="utf-8") for path in readers), steps[0]


def sources_text() -> str:
    """Return the code of all readers of sources."""
    return "".join(p.read_text(encoding="utf-8") for p in sorted((CHECKOUT / "etl" / "sources").glob("*.py")))
