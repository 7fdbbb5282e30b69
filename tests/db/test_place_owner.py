"""Whose land a site is: what the map says, a name of a municipality, the place around it, its kind, the land use; then what is near."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.drawn_map import Connection, Spot, Tags, load_drawn, square, write_layer
from tests.support.toy_town.build import lon_lat

AREAS = '\n[sources.planning_areas]\npath = "areas.geojson"\nlicence = "Open"\ncolumns = { name = "name" }\n'
STATIONS = '\n[sources.openchargemap]\npath = "stations.json"\n'
SHOP: Tags = {"amenity": "fast_food"}
CAR_PARK: Tags = {"amenity": "parking"}


def owners(conn: Connection) -> dict[str, str]:
    """Return whose land each site is, of those where anything tells."""
    found = conn.execute(
        "select s.site_key, f.value_text from core.site_fact as f join core.site as s using (site_id)"
        " where f.fact = 'land_owner'"
    )
    return dict(found.fetchall())


def load_in_wilmot(conn: Connection, folder: Path, more: str = "", **drawn: object) -> None:
    """Load a region that is the Township of Wilmot."""
    write_layer(folder / "areas.geojson", square(2000, 0, 8000), name="Township of Wilmot")
    load_drawn(conn, folder, more=AREAS + more, **drawn)


def spaced(tags: list[Tags]) -> dict[int, tuple[Spot, Tags]]:
    """Return places 300 m apart along the street, so that none is near another."""
    return {number: ((300.0 * number, 40), each) for number, each in enumerate(tags)}


NAMED: list[tuple[Tags, str | None]] = [
    (SHOP | {"name": "Wilmot Recreation Complex Concession"}, "public"),
    (SHOP | {"name": "Wilmot Memorial Arena"}, "public"),
    (SHOP | {"name": "Cantine de l'aréna de Wilmot"}, "public"),
    (SHOP | {"name": "Canteen", "operator": "Township of Wilmot"}, "public"),
    (SHOP | {"name": "Canteen", "operator": "Wilmot"}, "public"),
    ({"leisure": "sports_centre", "name": "Township of Wilmot Yard"}, "public"),
    # whose arena it is its name does not tell, and the canteen in it is no owner of land
    (SHOP | {"name": "Duncan McIntosh Arena Canteen"}, None),
    ({"amenity": "library", "name": "Duncan McIntosh Library"}, "public"),
    # the name of a municipality alone is that of many a business
    (SHOP | {"name": "Wilmot Pizza"}, "private"),
    (SHOP | {"name": "Wilmot"}, "private"),
    (SHOP | {"name": "Wilmot Islamic Community Centre"}, None),
    (SHOP | {"name": "Wilmot Arena", "ownership": "private"}, "private"),
    ({"leisure": "sports_centre", "name": "Wilmottown Sports"}, None),
]


def test_a_name_of_a_municipality_makes_land_public(connection: Connection, tmp_path: Path) -> None:
    load_in_wilmot(connection, tmp_path, points=spaced([tags for tags, _ in NAMED]))
    found = owners(connection)
    assert [found.get(f"place:n{number}") for number in range(len(NAMED))] == [owner for _, owner in NAMED]


def test_no_owner_is_read_from_a_name_where_a_region_says_so(connection: Connection, tmp_path: Path) -> None:
    """What kinds of place are as a rule holds all the same."""
    more = "\n[settings]\nis_owner_read_from_name = 0\n"
    load_in_wilmot(connection, tmp_path, more=more, points=spaced([NAMED[0][0], NAMED[5][0]]))
    assert owners(connection) == {"place:n0": "private"}


def test_what_is_around_a_place_tells_more_than_its_kind_or_a_neighbour(
    connection: Connection, tmp_path: Path
) -> None:
    """A café in a library, a library in a mall, car parks on a campus and a sports ground, beside a restaurant."""
    load_in_wilmot(
        connection,
        tmp_path,
        points={
            1: ((0, 40), {"amenity": "cafe"}),
            2: ((500, 40), {"amenity": "library"}),
            3: ((1000, 40), CAR_PARK),
            4: ((1030, 40), {"amenity": "restaurant"}),
            5: ((1500, 40), CAR_PARK),
            6: ((1530, 40), {"amenity": "restaurant"}),
            7: ((2000, 40), CAR_PARK),
            8: ((2030, 40), {"amenity": "restaurant"}),
            9: ((2500, 40), {"amenity": "library", "operator:type": "government"}),
            10: ((3000, 40), {"amenity": "theatre"}),
        },
        areas={
            31: (square(0, 40, 20), {"amenity": "library", "access": "yes"}),
            32: (square(0, 40, 900), {"landuse": "retail"}),
            33: (square(500, 40, 60), {"shop": "mall"}),
            34: (square(1000, 40, 40), {"amenity": "university"}),
            35: (square(1500, 40, 40), {"landuse": "recreation_ground"}),
            36: (square(2000, 40, 40), {"landuse": "residential"}),
            37: (square(2500, 40, 60), {"shop": "mall"}),
            38: (square(3000, 40, 40), {"landuse": "religious"}),
        },
    )
    known = connection.execute("select place_key, owner_class from core.place_owner").fetchall()
    owner = dict(known)
    assert [owner.get(f"n{number}") for number in (1, 2, 3, 5, 7, 9, 10)] == [
        "public",
        "private",
        "public",
        "public",
        None,
        "public",
        "private",
    ]
    # of sites: the university, whose car park it is, the other car parks and the theatre; where nothing around tells, what is near
    sites = owners(connection)
    assert [sites[f"place:{key}"] for key in ("w34", "n5", "n7", "n10")] == [
        "public",
        "public",
        "private",
        "private",
    ]


@pytest.mark.parametrize(
    ("ground", "owner"),
    [({"leisure": "park"}, "public"), ({"landuse": "village_green"}, "public"), ({}, "private")],
)
def test_a_station_stands_on_its_ground_not_at_the_shop_beside_it(
    connection: Connection, tmp_path: Path, ground: Tags, owner: str
) -> None:
    lon, lat = lon_lat(1000, 40)
    station = {
        "ID": 1,
        "AddressInfo": {"Title": "Charger", "Latitude": lat, "Longitude": lon},
        "Connections": [{"LevelID": 2, "Quantity": 1, "PowerKW": 7.0}],
        "StatusTypeID": 50,
    }
    (tmp_path / "stations.json").write_text(json.dumps([station]), encoding="utf-8")
    load_in_wilmot(
        connection,
        tmp_path,
        more=STATIONS,
        points={1: ((1030, 40), {"amenity": "restaurant"})},
        areas={31: (square(1000, 40, 40), ground)} if ground else {},
    )
    assert owners(connection)["ocm:1"] == owner
