"""Ten figures of the page, read in a browser and recomputed from `raw`, `plan`, `core` and the source files alone.

Each has its own short query or sum here; nothing of `report` or `model` is read. The README lists the chains.
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, Page

from model.data.scenario import FOLDER, resolve
from model.solve import Limits, solve_scenario
from report.page.__main__ import write_page
from tests.support.browser import Watched, chromium
from tests.support.economy import flows
from tests.support.figure_chains import chains
from tests.support.sample_files import folder_at
from tests.support.scenarios import file

Connection = psycopg.Connection[Any]
SCALE = 0.1
BASE = tomllib.loads((FOLDER / "base.toml").read_text(encoding="utf-8"))
SCENARIO = """
[phase.1]
title = "First"
year = 2027
budget_cad = 400000
actions = ["build", "upgrade", "expand"]
chargers = ["ac_7", "dc_50"]
[phase.2]
title = "Then"
year = 2029
budget_cad = 600000
actions = ["build", "expand"]
chargers = ["ac_7", "dc_150"]
discount_factor = 0.9
[phase.2.coverage_min_share]
L2 = 0.0
L3 = 0.0
[objective.weight]
served = 60
"""


class Shown:
    """The page of a plan, the database behind it, and the files that were loaded."""

    def __init__(self, page: Page, conn: Connection, folder: Path, scenario: str) -> None:
        self.page, self.conn, self.folder, self.scenario = page, conn, folder, resolve(scenario)[1]

    def one(self, query: str, *values: Any) -> Any:
        """Return the only value that a query gives."""
        ((value,),) = self.conn.execute(query.encode(), values).fetchall()
        return value

    def rows(self, section: str) -> list[dict[str, str]]:
        """Return the rows of the first table of a section, by heading."""
        heads, cells = self.page.evaluate(
            "id => { const t = document.querySelector(`#${id} table`);"
            " return [[...t.tHead.rows[0].cells].map(c => c.innerText),"
            " [...t.tBodies[0].rows].map(r => [...r.cells].map(c => c.innerText))]; }",
            section,
        )
        return [dict(zip(heads, row, strict=True)) for row in cells]

    def row(self, section: str, **values: str) -> dict[str, str]:
        """Return the row that has these values."""
        (found,) = [
            row for row in self.rows(section) if all(row[head] == value for head, value in values.items())
        ]
        return found

    def csv(self, name: str) -> list[dict[str, str]]:
        """Return the rows of a source file."""
        with (self.folder / name).open(encoding="utf-8-sig", newline="") as lines:
            return list(csv.DictReader(lines))


def number(text: str) -> tuple[float, float]:
    """Return what a text shows first as a number, and half of its last digit."""
    match = re.search(r"([\N{MINUS SIGN}-]?)\$?([\d,]+(?:\.(\d+))?)( ?%)?", text)
    assert match, text
    sign, digits, decimals, percent = match.groups()
    unit = 10.0 ** -len(decimals or "") / (100 if percent else 1)
    value = float(digits.replace(",", "")) / (100 if percent else 1)
    return (-value if sign else value), unit / 2


def assert_shows(text: str, expected: float) -> None:
    """Compare a text with a number, to the digits that it shows."""
    value, half = number(text)
    assert expected != 0, text
    assert value == pytest.approx(expected, abs=half * 1.001 + 1e-9), (text, expected)


def title(kind: str, key: str) -> str:
    """Return what the scenario file calls a level or a charger type."""
    return str(BASE[kind][key]["title"]["en"])


def people_covered(s: Shown) -> None:
    row = s.row("coverage", Phase="2", Level=title("level", "L3"))
    people = s.one(
        "select sum(c.population) from plan.demand_coverage as d join core.demand_cell as c on c.cell_id = d.demand_id"
        " where d.level = 'L3' and d.phase = 2 and d.is_covered_after"
    )
    assert_shows(row["People after"], people)
    # the cells have all people of the census, and no others
    census = sum(int(r["population"]) for r in s.csv("census/da_synthetic.csv") if r["population"])
    assert s.one("select sum(population) from core.demand_cell") == pytest.approx(census, abs=0.5)


def coverage_share(s: Shown) -> None:
    row = s.row("coverage", Phase="2", Level=title("level", "L2"))
    for heading, flag in (("Before", "is_covered_before"), ("After", "is_covered_after")):
        share = s.one(
            f"select sum(weight_share) filter (where {flag}) / sum(weight_share) from plan.demand_coverage"  # noqa: S608 - written here
            " where level = 'L2' and phase = 2"
        )
        assert_shows(row[heading], share)


def capital_cost(s: Shown) -> None:
    parts = s.one(
        "select sum(equipment_cad + installation_cad + connection_cad + soft_cost_cad + contingency_cad"
        " + dismantling_cad) from plan.decision"
    )
    shown = re.search(r"(\$[\d,]+) gross", s.page.inner_text("#facts"))
    assert shown
    assert_shows(shown[1], parts)


def dearest_project(s: Shown) -> tuple[int, str, int]:
    """Return the site, name and year of the new station that costs most."""
    found = s.conn.execute(
        "select d.site_id, d.site_name, p.year from plan.decision as d join plan.run as r using (run_id)"
        " join plan.scenario_phase as p on p.scenario_id = r.scenario_id and p.phase = d.phase"
        " where d.action = 'build' order by d.capex_cad desc, d.site_id limit 1"
    ).fetchone()
    assert found
    return found


def project_ports(s: Shown) -> None:
    site, name, year = dearest_project(s)
    ports = dict(
        s.conn.execute(
            "select charger_type, port_count_after from plan.decision_port where site_id = %s and port_count_after > 0",
            (site,),
        ).fetchall()
    )
    row = s.row("decisions", Year=str(year), Station=name)
    assert set(row["Ports"].replace("\N{NO-BREAK SPACE}", " ").split(" + ")) == {
        f"{count} \N{MULTIPLICATION SIGN} {title('charger', key)}" for key, count in ports.items()
    }
    assert_shows(row["Power added"], sum(n * BASE["charger"][key]["port_kw"] for key, n in ports.items()))


def equipment_price(s: Shown) -> None:
    site, name, year = dearest_project(s)
    cad = sum(
        count * BASE["charger"][key]["equipment_cost_cad_per_port"]
        + BASE["charger"][key]["equipment_cost_cad_per_station"]
        for key, count in s.conn.execute(
            "select charger_type, port_count_after from plan.decision_port where site_id = %s and port_count_after > 0",
            (site,),
        )
    )
    price = BASE["price"]
    s.page.locator("#decisions tbody button", has_text=name).first.click()
    shown = re.search(r"[Ee]quipment (\$[\d,]+)", s.page.inner_text("#detail"))
    assert shown
    assert_shows(shown[1], cad * (1 + price["index_share_per_year"]) ** (year - price["year"]))


def grid_load(s: Shown) -> None:
    area, kw = s.conn.execute(
        "select d.grid_area_id, sum((p.port_count_after - p.port_count_before) * c.port_kw) from plan.decision as d"
        " join plan.decision_port as p using (run_id, site_id) join plan.run as r using (run_id)"
        " join plan.scenario_charger as c on c.scenario_id = r.scenario_id and c.charger_type = p.charger_type"
        " group by d.grid_area_id order by 2 desc limit 1"
    ).fetchone() or (0, 0.0)
    standing, name = s.conn.execute(
        "select sum(p.port_count), a.name from core.grid_area as a join core.site as s using (grid_area_id)"
        " join core.site_port as p using (site_id) where a.grid_area_id = %s group by a.name",
        (area,),
    ).fetchone() or (0, "")
    changed = s.one(
        "select sum(p.port_count_after - p.port_count_before) from plan.decision as d"
        " join plan.decision_port as p using (run_id, site_id) where d.grid_area_id = %s",
        area,
    )
    row = s.row("grid", Kind="Transformer station", Name=name)
    assert_shows(row["Added, by ports"], busy_share(int(standing + changed)) * kw)
    assert f"({standing + changed} ports)" in row["Added, by ports"]


def busy_share(ports: int) -> float:
    """Return the share of ports that are busy at once by the curve of the scenario file."""
    points = [(row["port_count"], row["port_count"] * row["share"]) for row in BASE["grid"]["coincidence"]]

    def busy(count: int) -> float:
        for (low, low_busy), (high, high_busy) in pairwise(points):
            if low <= count <= high:
                return float(low_busy + (high_busy - low_busy) * (count - low) / (high - low))
        return float(count * points[-1][1] / points[-1][0])

    return min(busy(count) / count for count in range(1, ports + 1))


def net_present_value(s: Shown) -> None:
    p = s.scenario
    first = min(phase.year for phase in p.phase.values())
    npv = sum(
        flow.cash / (1 + p.economy.discount_share_per_year) ** (year - first)
        for (_, _, year), flow in flows(s.conn, p)
    )
    assert s.one("select count(*) from plan.grid_upgrade") == 0
    shown = re.search(r"net present value of (\S+\d)", s.page.inner_text("#economy-lead"))
    assert shown
    assert_shows(shown[1], npv)


def ports_before(s: Shown, level: str) -> float:
    """Return the ports of a level that stand today and that everybody may use."""
    return float(
        s.one(
            "select sum(p.port_count) from core.site_port as p join core.site as s using (site_id)"
            " where p.level = %s and s.is_existing and coalesce(s.access, 'public') = 'public'",
            level,
        )
    )


def vehicles_per_port(s: Shown) -> None:
    # postal areas reach beyond the region: the share of their vehicles that is inside
    inside = dict(s.conn.execute("select postal_area_key, inside_share from core.postal_area").fetchall())
    vehicles = sum(
        int(r["Total EV"]) * inside.get(r["FSA"], 0.0)
        for r in s.csv("ev/evs_by_fsa_synthetic.csv")
        if r["Total EV"]
    )
    row = s.row("level-service", Level=title("level", "L2"))
    assert_shows(row["Electric vehicles per port"].split(" → ")[0], vehicles / ports_before(s, "L2"))


def people_per_port(s: Shown) -> None:
    people = sum(int(r["population"]) for r in s.csv("census/da_synthetic.csv") if r["population"])
    row = s.row("level-service", Level=title("level", "L2"))
    assert_shows(row["People per port"].split(" → ")[0], people / ports_before(s, "L2"))


def sessions_served(s: Shown) -> None:
    row = s.row("service", Phase="2 (2029)", Level=title("level", "L2"))
    assert_shows(
        row["Served per hour"],
        s.one("select sum(sessions_per_h) from plan.served_flow where phase = 2 and level = 'L2'"),
    )


FIGURES: dict[str, Callable[[Shown], None]] = {
    "People covered": people_covered,
    "Share of demand covered": coverage_share,
    "Capital cost of the plan": capital_cost,
    "Ports and power of a project": project_ports,
    "Price of the equipment of a project": equipment_price,
    "Power added at a transformer station": grid_load,
    "Net present value": net_present_value,
    "Electric vehicles per port": vehicles_per_port,
    "People per port": people_per_port,
    "Sessions served": sessions_served,
}


@pytest.fixture(scope="module")
def shown(templates: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    """Yield the page of a plan of the sample region, whose files are those of its load."""
    folder = folder_at(SCALE)
    scenario = file(tmp_path_factory.mktemp("scenario"), SCENARIO, extends=None)

    def solve() -> None:
        assert solve_scenario(scenario, Limits(mip_gap=0.05)).error is None

    loaded = templates.loaded("sample_of_chains", lambda: str(folder / "sample.toml"))
    with templates.clone(templates.template("sample_small_chains", loaded, solve)) as address:
        out = write_page(1, out=tmp_path_factory.mktemp("out") / "page.html")
        with psycopg.connect(address) as conn, chromium() as browser:
            yield Shown(opened(browser, out), conn, folder, scenario)


def opened(browser: Browser, out: Path) -> Page:
    """Return the page in a browser, in English."""
    return Watched(browser, out, width=1366, height=768).page


def test_the_readme_lists_the_figures() -> None:
    assert list(chains()) == list(FIGURES)


@pytest.mark.parametrize("figure", FIGURES)
def test_a_figure_of_the_page_is_what_its_sources_come_to(shown: Shown, figure: str) -> None:
    FIGURES[figure](shown)
