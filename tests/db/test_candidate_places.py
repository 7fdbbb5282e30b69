"""Which place stands for a candidate: what a planner would choose there, and never a tenant for its host."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.drawn_map import Connection, Spot, Tags, load_drawn, square

PIZZA: Tags = {"amenity": "fast_food", "name": "Pizza", "opening_hours": "Mo-Su 11:00-02:00"}
RESTAURANT: Tags = {"amenity": "restaurant", "name": "Diner"}
LOT: Tags = {"amenity": "parking"}


class Candidate(NamedTuple):
    name: str
    kind: str
    owner: str | None
    place_count: int
    """Points of interest that it stands for."""


def candidates(conn: Connection) -> dict[str, Candidate]:
    """Return the candidates on which something may be built, but for junctions."""
    found = conn.execute(
        "select candidate_key, name, candidate_kind, owner_class, poi_count from report.candidate_site"
        " where is_excluded is not true and candidate_key ~ 'place'"
    )
    return {key.removeprefix("place:"): Candidate(*rest) for key, *rest in found}


def draw_town(conn: Connection, folder: Path, more: str = "") -> None:
    """Load a street of 5 km where 100 people live every 500 m from its origin on."""
    load_drawn(
        conn,
        folder,
        more=more,
        points={
            # three tenants of a plaza with an outline, one of them at its edge
            1: ((-20, 60), PIZZA),
            2: ((20, 60), {"shop": "hairdresser", "name": "Hair"}),
            3: ((70, 60), {"shop": "convenience", "name": "Mart"}),
            # an arena with a canteen and a car park in it
            4: ((700, 70), {"amenity": "cafe", "name": "Canteen"}),
            # a pizza parlour far from everything, and one whose neighbours have better places near
            5: ((1400, 40), PIZZA),
            6: ((3000, 40), PIZZA),
            # a municipal lot beside a restaurant
            7: ((2600, 40), LOT | {"operator:type": "municipal", "capacity": "30", "name": "Lot 4"}),
            8: ((2640, 40), RESTAURANT),
            9: ((3600, 40), {"amenity": "library", "name": "Library"}),
            # three tenants of a plaza that the map does not draw, two of them at one address
            10: ((4300, 40), PIZZA),
            11: ((4300, 40), RESTAURANT),
            12: ((4360, 40), {"amenity": "pharmacy", "name": "Drugs"}),
            # an arena that the map has by its canteen alone, and a hall of a congregation
            13: ((-450, 40), {"amenity": "fast_food", "name": "Duncan McIntosh Arena Canteen"}),
            14: ((2000, 400), {"amenity": "events_venue", "name": "Cedars Worship & Community Centre"}),
        },
        areas={
            31: (square(0, 70, 100), {"landuse": "retail"}),
            32: (square(700, 70, 100), {"leisure": "sports_centre", "name": "Ice Palace"}),
            33: (square(730, 90, 28), LOT),
        },
        homes=(("10", "Main Street", "", (0, 20)), ("12", "Main Street", "", (4300, 20))),
    )


def test_hosts_stand_for_their_tenants(connection: Connection, tmp_path: Path) -> None:
    draw_town(connection, tmp_path)
    assert candidates(connection) == {
        "w31": Candidate("Plaza, 10 Main Street", "plaza", "private", 3),
        "w32": Candidate("Ice Palace", "leisure", None, 2),
        "n5": Candidate("Pizza", "food", "private", 1),
        "n7": Candidate("Lot 4", "parking", "public", 1),
        "n9": Candidate("Library", "public", "public", 1),
        "n10": Candidate("Plaza, 12 Main Street", "plaza", "private", 3),
        "n13": Candidate("Duncan McIntosh Arena", "leisure", None, 1),
    }
    # drivers park in the car park of the arena; a plaza is not open when one of its shops is
    at = connection.execute(
        "select round(st_distance(c.geom, p.geom)) from core.candidate_site as c, core.place as p"
        " where c.candidate_key = 'place:w32' and p.place_key = 'w33'"
    ).fetchone()
    assert at == (0,)
    hours = connection.execute(
        "select s.site_key from core.site_fact join core.site as s using (site_id) where fact = 'opening_hours'"
    )
    assert "place:n5" in (found := {key for (key,) in hours})
    assert not {"place:w31", "place:n10"} & found


def test_what_stands_alone_says_why(connection: Connection, tmp_path: Path) -> None:
    """The parlour at 3,000 m has people near who all have a lot or a library within 707 m."""
    draw_town(connection, tmp_path)
    found = connection.execute(
        "select candidate_key, exclusion from report.candidate_site where is_excluded and candidate_key ~ 'place'"
    ).fetchall()
    assert dict(found) == {"place:n6": "alone", "place:n14": "place_of_worship"}
    assert connection.execute("select place_key from core.last_resort_place").fetchall() == [("n5",)]


def test_an_outline_too_large_for_one_place_is_no_host(connection: Connection, tmp_path: Path) -> None:
    """Its shops are the plaza that they make as neighbours, and the car park of the arena a place of its own."""
    draw_town(connection, tmp_path, more="[settings]\nhost_area_max_m2 = 9000\n")
    found = candidates(connection)
    assert "w31" not in found
    assert found["n1"] == Candidate("Plaza, 10 Main Street", "plaza", "private", 3)
    assert "w32" not in found
    assert found["w33"][:2] == ("Ice Palace", "parking")
    # a car park is host to small places whatever it belongs to
    assert connection.execute("select place_key, host_key from core.place_host").fetchall() == [("n4", "w33")]


CHOICES: list[tuple[list[tuple[int, Tags]], int]] = [
    # public land with room comes before a larger mall, and whatever has room before what has not
    ([(0, {"shop": "mall"}), (60, {"amenity": "library"})], 1),
    ([(0, {"amenity": "restaurant"}), (60, {"shop": "supermarket"})], 1),
    # on private land a car park of the map, then the larger
    ([(0, {"shop": "supermarket"}), (60, {"shop": "mall"})], 1),
    ([(0, {"shop": "mall", "name": "Big Mall"}), (60, LOT)], 1),
    ([(0, LOT | {"capacity": "30"}), (60, {"shop": "supermarket"})], 0),
    ([(0, LOT | {"capacity": "30"}), (60, LOT | {"capacity": "31"})], 1),
    # a few stalls beside a supermarket are its own, and beside a restaurant more than it has
    ([(0, LOT | {"capacity": "8"}), (60, {"shop": "supermarket"})], 1),
    ([(0, {"amenity": "restaurant"}), (60, LOT | {"capacity": "8"})], 1),
    # what is in reach on foot is enough for what is small
    ([(0, {"amenity": "restaurant"}), (140, {"tourism": "hotel"})], 1),
    # a place where nothing is built gives way whatever its size
    ([(0, {"amenity": "school", "operator:type": "public"}), (60, {"shop": "supermarket"})], 1),
    ([(0, {"amenity": "bus_station"}), (60, {"tourism": "hotel"})], 0),
]
"""Places that are near each other, by metres along the street, and which of them a planner would choose."""


def test_the_place_that_a_planner_would_choose(connection: Connection, tmp_path: Path) -> None:
    points: dict[int, tuple[Spot, Tags]] = {
        10 * group + at: ((400.0 * group - 300 + east_m, 40), tags)
        for group, (places, _) in enumerate(CHOICES, start=1)
        for at, (east_m, tags) in enumerate(places)
    }
    load_drawn(connection, tmp_path, points=points)
    found = candidates(connection)
    chosen = {int(key.removeprefix("n")) for key in found}
    assert chosen == {10 * group + best for group, (_, best) in enumerate(CHOICES, start=1)}
    # a car park without a name has that of the mall beside it
    assert "Big Mall" in {candidate.name for candidate in found.values()}


NAMES: list[tuple[str, str | None]] = [
    ("Duncan McIntosh Arena Canteen", "Duncan McIntosh Arena"),
    ("Main Concession - Waterloo Recreation Complex", "Waterloo Recreation Complex"),
    ("Arena Concessions- Waterloo Recreation Complex", "Waterloo Recreation Complex"),
    ("Kitchener Memorial Auditorium - Upper Concession 3rd Floor", "Kitchener Memorial Auditorium"),
    ("Downtown Community Centre-Main Kitchen", "Downtown Community Centre"),
    ("Cantine de l'aréna de Wilmot", "Cantine de l'aréna de Wilmot"),
    ("Galt Arena Gardens Canteen", "Galt Arena"),
    ("Arenal Grill", None),
]


@pytest.mark.parametrize("operator", [{}, {"operator": "Some Arena Caterers"}])
def test_the_building_that_a_small_place_names(
    connection: Connection, tmp_path: Path, operator: Tags
) -> None:
    points: dict[int, tuple[Spot, Tags]] = {
        at: ((500.0 * at, 40), {"amenity": "cafe", "name": name} | operator)
        for at, (name, _) in enumerate(NAMES)
    }
    load_drawn(connection, tmp_path, points=points)
    found = dict(connection.execute("select place_key, facility_name from core.place").fetchall())
    assert [found[f"n{at}"] for at in range(len(NAMES))] == [named for _, named in NAMES]
