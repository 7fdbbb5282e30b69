"""Work that is killed at a random moment, and a server that is, lose and mix nothing: the short form."""

from __future__ import annotations

from tests import kill


def test_killed_loads_upgrades_solves_and_servers_lose_nothing() -> None:
    faults, ends = kill.run(list(kill.KINDS), 2, seed=5)
    assert faults == []
    assert sum(ends[name] for name in ends if name.endswith((": killed", ": done before"))) == 2 * len(
        kill.KINDS
    )
