"""What is known of the place of a site: owner, parking, hours, surroundings, street, supply; with its source."""

from __future__ import annotations

from pathlib import Path

from tests.support.assumptions import assumed
from tests.support.drawn_map import Connection, Spot, Tags, load_drawn, square, write_layer
from tests.support.toy_town.build import lon_lat


def facts(conn: Connection, site_key: str) -> dict[str, tuple[str | None, float | None, str | None, str]]:
    """Return text, rounded number, unit and source of each fact of a site."""
    found = conn.execute(
        "select f.fact, f.value_text, round(f.value_number::numeric)::float, f.unit, f.source"
        " from core.site_fact as f join core.site as s using (site_id) where s.site_key = %s",
        (site_key,),
    )
    return {fact: tuple(rest) for fact, *rest in found}  # type: ignore[misc]


def test_facts_of_a_library_a_mall_and_a_theatre(connection: Connection, tmp_path: Path) -> None:
    """The car park, of 30 by 28 m, is near the library; the mall is a city's, and has one of 1,200 places."""
    load_drawn(
        connection,
        tmp_path,
        points={
            1: ((0, 40), {"amenity": "library", "opening_hours": "Mo-Fr 09:00-20:00"}),
            2: ((2000, 30), {"shop": "mall", "operator:type": "government"}),
            3: ((2060, 30), {"amenity": "parking", "capacity": "120", "access": "private"}),
            4: ((2060, 60), {"amenity": "parking", "capacity": "1200", "parking": "multi-storey"}),
            5: ((3500, 30), {"amenity": "theatre"}),
        },
        areas={
            11: ([(20, 30), (50, 30), (50, 58), (20, 58)], {"amenity": "parking", "access": "customers"}),
            12: (square(0, 40, 400), {"landuse": "residential"}),
            13: (square(0, 40, 200), {"landuse": "institutional"}),
        },
        lines={
            21: ([(-400, 200), (400, 200)], {"power": "minor_line", "cables": "3", "voltage": "27600"}),
            22: ([(-400, 90), (400, 90)], {"power": "minor_line", "cables": "1"}),
            23: ([(-400, 60), (400, 60)], {"power": "line", "voltage": "115000"}),
        },
    )
    assert facts(connection, "place:n1") == {
        "land_owner": ("public", None, None, "places"),
        "opening_hours": ("Mo-Fr 09:00-20:00", None, None, "places"),
        "parking": ("yes", 30, "spaces", "places"),
        "surroundings": ("institutional", None, None, "places"),
        "street_access": ("secondary", 40, "m", "roads"),
        "three_phase": ("line", 160, "m", "places"),
    }
    # what the map says of the owner comes before what malls are as a rule; a private car park serves no driver
    mall = facts(connection, "place:n2")
    assert mall["land_owner"] == ("public", None, None, "places")
    assert mall["parking"] == ("yes", 1200, "spaces", "places")
    # of a theatre neither tells, and it has no parking
    theatre = facts(connection, "place:n5")
    assert set(theatre) == {"street_access", "three_phase"}
    supply = connection.execute(
        "select round(d.three_phase_m), d.substation_m, d.three_phase_kind from core.site_supply as d"
        " join core.site as s using (site_id) where s.site_key = 'place:n1'"
    ).fetchone()
    assert supply == (160, None, "line")


def test_a_site_without_its_sources_has_no_facts_but_its_street(
    connection: Connection, tmp_path: Path
) -> None:
    """Supply farther off than supply_distance_max_m is not known; a substation is, whatever the distance."""
    load_drawn(
        connection,
        tmp_path,
        points={
            1: ((0, 40), {"amenity": "theatre"}),
            2: ((4500, 40), {"power": "substation", "voltage": "115000", "name": "East TS"}),
        },
        lines={21: ([(4000, 60), (4500, 60)], {"power": "cable", "phases": "3"})},
        more="[settings]\nsupply_distance_max_m = 3000\n",
    )
    theatre = facts(connection, "place:n1")
    assert set(theatre) == {"street_access", "substation"}
    assert theatre["substation"] == (None, 4510, "m", "places")  # measured on the ellipsoid


def test_the_address_is_kept_in_its_parts(connection: Connection, tmp_path: Path) -> None:
    homes = (
        ("12", "King Street", "Kitchener", (30.0, 40.0)),
        ("", "Queen Street", "Kitchener", (2001.0, 40.0)),
        # a list writes 0 for want of a number
        ("0", "King Street", "Kitchener", (5.0, 40.0)),
    )
    load_drawn(
        connection,
        tmp_path,
        points={1: ((0, 40), {"amenity": "theatre"}), 2: ((2000, 40), {"amenity": "theatre"})},
        homes=homes,
    )
    found = connection.execute(
        "select site_key, address, street_number, street, city, round(distance_m) from core.site_address"
        " where site_key ~ 'place' order by 1"
    ).fetchall()
    assert found == [
        ("place:n1", "12 King Street", "12", "King Street", "Kitchener", 30),
        ("place:n2", "Main Street", None, "Main Street", None, None),
    ]


def test_a_station_out_of_service_has_the_address_that_a_site_would_have(
    connection: Connection, tmp_path: Path
) -> None:
    """Number and street within 100 m, else the street within 250 m; coordinates only where neither is near."""
    spots = {
        1: ("E", (0, 40)),
        2: ("T", (1000, 40)),
        3: ("T", (2000, 40)),
        4: ("T", (3000, 400)),
        5: ("P", (4000, 40)),
    }
    stations = "".join(
        f"{number},ELEC,{status},2,{','.join(map(str, lon_lat(*at)))}\n"
        for number, (status, at) in spots.items()
    )
    (tmp_path / "afdc.csv").write_text(
        "ID,Fuel Type Code,Status Code,EV Level2 EVSE Num,Longitude,Latitude\n" + stations, encoding="utf-8"
    )
    load_drawn(
        connection,
        tmp_path,
        homes=tuple((str(12 + n), "King Street", "Kitchener", (n * 1000 + 30.0, 40.0)) for n in (0, 1, 4)),
        more='[sources.afdc]\npath = "afdc.csv"\nlicence = "drawn for tests"\n',
    )
    found = connection.execute(
        "select station_key, status, address, city, lat::numeric(9, 5) || ', ' || lon::numeric(9, 5)"
        " from report.existing_station order by 1"
    ).fetchall()
    assert [row[:4] for row in found] == [
        ("afdc:1", "in_service", "12 King Street", "Kitchener"),
        ("afdc:2", "out_of_service", "13 King Street", "Kitchener"),
        ("afdc:3", "out_of_service", "Main Street", None),
        ("afdc:4", "out_of_service", found[3][4], None),
        ("afdc:5", "planned", "16 King Street", "Kitchener"),
    ]
    # to be a place with an address makes no site of it
    sites = connection.execute("select site_key from core.site where site_key like 'afdc:%'").fetchall()
    assert sites == [("afdc:1",)]


LAYERS = """
[[sources.exclusions]]
path = "flood.geojson"
ground = "flood"
licence = "Conservation authority"
columns = { name = "river" }

[[sources.exclusions]]
path = "view.geojson"
ground = "other"
effect = "soft"
licence = "City"
"""


GROUND_POINTS: dict[int, tuple[Spot, Tags]] = {
    1: ((0, 40), {"shop": "mall"}),
    2: ((500, 40), {"shop": "mall"}),
    3: ((1000, 40), {"tourism": "museum"}),
    4: ((1500, 40), {"shop": "mall"}),
    5: ((2000, 40), {"amenity": "place_of_worship"}),
    6: ((2060, 40), {"shop": "car"}),
    7: ((2500, 40), {"shop": "mall"}),
    8: ((3000, 40), {"amenity": "library"}),
    9: ((3500, 40), {"shop": "mall"}),
}
GROUND_AREAS: dict[int, tuple[list[Spot], Tags]] = {
    31: (square(0, 40, 100), {"natural": "wetland"}),
    32: (square(500, 40, 100), {"landuse": "cemetery", "name": "Hillside"}),
    # a library in a park stays a candidate
    33: (square(3000, 40, 300), {"leisure": "park", "name": "Central Park"}),
    34: (square(3500, 40, 100), {"natural": "wood"}),
}


def exclusions(conn: Connection) -> dict[str, tuple[str, float, bool, str | None]]:
    """Return why, by how much, whether hard, and the name, of each candidate that is excluded."""
    found = conn.execute(
        "select s.site_key, e.exclusion, e.exclusion_share, e.is_hard, e.name"
        " from core.site_exclusion as e join core.site as s using (site_id)"
    )
    return {key: tuple(rest) for key, *rest in found}  # type: ignore[misc]


def test_ground_of_the_map_and_layers_of_the_region_exclude(connection: Connection, tmp_path: Path) -> None:
    """The flood layer covers the mall at 1.5 km, the soft one that at 2.5 km."""
    write_layer(tmp_path / "flood.geojson", square(1500, 40, 100), river="Grand River")
    write_layer(tmp_path / "view.geojson", square(2500, 40, 100))
    load_drawn(connection, tmp_path, points=GROUND_POINTS, areas=GROUND_AREAS, more=LAYERS)
    assert exclusions(connection) == {
        "place:n1": ("wetland", 1, True, None),
        "place:n2": ("cemetery", 1, True, "Hillside"),
        "place:n4": ("flood", 1, True, "Grand River"),
        "place:n7": ("other", 0.5, False, None),
        "place:n9": ("nature", 0.5, False, None),
    }
    # the dealer beside the church is the candidate, not the church, although both have as many places for cars
    assert "place:n6" in keys(connection)
    assert "place:n5" not in keys(connection)
    score = dict(
        connection.execute(
            "select s.site_key, u.suitability_share from analysis.land_use as u join core.site as s using (site_id)"
        ).fetchall()
    )
    assert (score["place:n1"], score["place:n3"], score["place:n7"]) == (0, 0.75, 0.5)
    assert facts(connection, "place:n4")["exclusion"] == ("flood", 1, "share", "exclusions")
    assert not any("floods" in sentence for sentence in assumed(connection))


def keys(conn: Connection) -> set[str]:
    return {key for (key,) in conn.execute("select site_key from core.site")}


def test_without_a_flood_layer_it_is_said(connection: Connection, tmp_path: Path) -> None:
    """A region may say otherwise of any tag."""
    load_drawn(
        connection,
        tmp_path,
        points=GROUND_POINTS,
        areas=GROUND_AREAS,
        more='[settings]\nexclusion_share = { "natural=wetland" = 0 }\n',
    )
    assert "place:n1" not in exclusions(connection)
    said = [sentence for sentence in assumed(connection) if "floods" in sentence]
    assert len(said) == 1
    # all but the mall in the cemetery
    assert "any of 7 candidate sites" in said[0]


CLOSED: dict[str, Tags] = {
    "place_of_worship": {"amenity": "place_of_worship"},
    "school": {"amenity": "school"},
    "childcare": {"amenity": "childcare"},
    "nursing_home": {"amenity": "nursing_home"},
    "apartment": {"tourism": "apartment"},
    "chalet": {"tourism": "chalet"},
    "alpine_hut": {"tourism": "alpine_hut"},
    "park": {"leisure": "park", "building": "no"},
    "pitch": {"leisure": "pitch"},
    "ice_rink": {"leisure": "ice_rink", "seasonal": "winter"},
    "swimming_pool": {"leisure": "swimming_pool"},
    "golf_course": {"leisure": "golf_course"},
    "attraction": {"tourism": "attraction"},
    "marketplace": {"amenity": "marketplace"},
    "viewpoint": {"tourism": "viewpoint"},
    "picnic_site": {"tourism": "picnic_site"},
}
"""Places where nothing is built, by the reason that is given."""
OPEN: dict[int, Tags] = {
    101: {"leisure": "pitch", "building": "yes"},
    102: {"leisure": "ice_rink", "indoor": "yes"},
    103: {"leisure": "swimming_pool", "covered": "yes"},
    104: {"leisure": "stadium"},
    105: {"leisure": "sports_centre"},
    106: {"tourism": "camp_site"},
    107: {"amenity": "college"},
    # of two kinds that suit alike the one where something may be built
    108: {"amenity": "arts_centre", "tourism": "attraction"},
}


def spaced(tags: list[Tags], numbers: list[int], north_m: float) -> dict[int, tuple[Spot, Tags]]:
    """Return places 300 m apart along the street, so that none is near another."""
    return {
        number: ((300.0 * at, north_m), each)
        for at, (number, each) in enumerate(zip(numbers, tags, strict=True))
    }


def test_on_open_ground_and_where_drivers_may_not_wait_nothing_is_built(
    connection: Connection, tmp_path: Path
) -> None:
    """A hall or an arena is no open ground; the car park beside a pitch is the place, not the pitch."""
    shut = list(CLOSED.values())
    load_drawn(
        connection,
        tmp_path,
        points=spaced(shut, list(range(1, len(shut) + 1)), 40)
        | spaced(list(OPEN.values()), list(OPEN), -200)
        | {
            201: ((3000, -200), {"leisure": "pitch"}),
            202: ((3090, -200), {"amenity": "parking"}),
            203: ((3600, -200), {"leisure": "pitch"}),
            204: ((3690, -200), {"amenity": "parking", "access": "private"}),
            205: ((3690, -500), {"amenity": "parking", "access": "yes", "motor_vehicle": "no"}),
        },
    )
    found = exclusions(connection)
    assert found.pop("place:n203") == ("pitch", 1, True, None)
    # whether the pitch gives way to its car park or stands beside it, nothing is built on it
    assert found.pop("place:n201", ("pitch", 1, True, None)) == ("pitch", 1, True, None)
    assert found == {f"place:n{number}": (why, 1, True, None) for number, why in enumerate(CLOSED, start=1)}
    assert {f"place:n{number}" for number in (*OPEN, 202)} <= keys(connection)
    assert keys(connection).isdisjoint({"place:n204", "place:n205"})


GROUPS: list[tuple[list[Tags], bool]] = [
    ([{"shop": "gift"}], True),
    ([{"amenity": "dentist"}], True),
    ([{"amenity": "doctors"}, {"shop": "bakery"}], True),
    ([{"office": "lawyer"}, {"amenity": "school"}, {"leisure": "park"}], True),
    ([{"shop": "gift"}, {"shop": "bakery"}, {"amenity": "fast_food"}], False),
    ([{"shop": "gift"}, {"amenity": "parking"}], False),
    ([{"shop": "gift"}, {"amenity": "parking", "access": "private"}], True),
    ([{"amenity": "restaurant"}], True),
    ([{"shop": "supermarket"}], False),
]
"""Places that stand together, and whether nothing is built at the candidate there because it stands alone."""


def grouped() -> dict[int, tuple[Spot, Tags]]:
    """Return the groups 500 m apart, and in each a place every 60 m, numbered 10, 11, ..., 20, ..."""
    return {
        10 * group + at: ((500.0 * group - 500, 40 + 60.0 * at), tags)
        for group, (places, _) in enumerate(GROUPS, start=1)
        for at, tags in enumerate(places)
    }


def test_at_a_small_shop_that_stands_alone_nothing_is_built(connection: Connection, tmp_path: Path) -> None:
    """A plaza of three has a car park though the map has none; schools and parks do not make one."""
    load_drawn(connection, tmp_path, points=grouped())
    shut = {
        int(key.removeprefix("place:n")) // 10 for key in exclusions(connection) if key.startswith("place:n")
    }
    assert shut == {group for group, (_, is_shut) in enumerate(GROUPS, start=1) if is_shut}
    assert exclusions(connection)["place:n10"] == ("alone", 1, True, None)
    assert keys(connection) >= {"place:n80", "place:n90"}


def test_a_region_may_say_what_makes_a_plaza(connection: Connection, tmp_path: Path) -> None:
    more = '[settings]\nplaza_place_count_min = 2\nlone_place_share = { "amenity=dentist" = 0.5 }\n'
    load_drawn(connection, tmp_path, points=grouped(), more=more)
    found = exclusions(connection)
    assert found["place:n10"] == ("alone", 1, True, None)
    assert found["place:n20"] == ("alone", 0.5, False, None)
    assert not {"place:n30", "place:n31"} & found.keys()


def test_a_region_may_build_in_its_parks(connection: Connection, tmp_path: Path) -> None:
    load_drawn(
        connection,
        tmp_path,
        points={1: ((0, 40), {"leisure": "park"}), 2: ((500, 40), {"leisure": "pitch"})},
        more='[settings]\nopen_air_place_share = { "leisure=park" = 0.5, "leisure=pitch" = 0 }\n',
    )
    assert exclusions(connection) == {"place:n1": ("park", 0.5, False, None)}
