"""What projects cost and bring, year by year, worked out in Python from the rows of a plan and its scenario file.

Nothing of `model.*` or `report.*` is read: decisions, ports and sessions of `plan`, how busy stations are of `analysis`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg

from model.data.scenario import Scenario
from tests.support.four_levels import capacity_per_h, waiting_capacity_per_h

Connection = psycopg.Connection[Any]


@dataclass
class Flow:
    """One year of a project, in money of the year."""

    net_capex_cad: float = 0.0
    energy_kwh: float = 0.0
    revenue_cad: float = 0.0
    energy_cad: float = 0.0
    demand_charge_cad: float = 0.0
    upkeep_cad: float = 0.0
    network_fee_cad: float = 0.0
    payment_fee_cad: float = 0.0

    @property
    def cash(self) -> float:
        costs = self.energy_cad + self.demand_charge_cad + self.upkeep_cad + self.network_fee_cad
        return self.revenue_cad - self.payment_fee_cad - costs - self.net_capex_cad


def rows(conn: Connection, query: str) -> list[tuple[Any, ...]]:
    """Return the rows of a query."""
    return conn.execute(query.encode()).fetchall()


def flows(conn: Connection, p: Scenario) -> Iterator[tuple[tuple[int, int, int], Flow]]:
    """Yield each year of each project, worked out from plan.decision, its ports, the sessions served and the scenario."""
    served = {
        (phase, site, level): sessions
        for phase, site, level, sessions in rows(
            conn, "select phase, site_id, level, sessions_per_h from plan.served_demand"
        )
    }
    changed = rows(
        conn,
        "select phase, site_id, charger_type, port_count_before, port_count_after from plan.decision_port",
    )
    use = dict(rows(conn, "select site_id, utilisation_share from analysis.utilisation"))
    beyond = {
        (phase, level): sessions
        for phase, level, sessions in rows(
            conn,
            "select phase, level, sum(z.served_per_h) - w.served_per_h from plan.demand_service as z"
            " join plan.service_without as w using (run_id, phase, level) group by phase, level, w.served_per_h",
        )
    }

    def energy(now: int) -> dict[tuple[int, str], float]:
        """Return the energy of each project and level in a phase: what is served beyond today, shared out."""
        whole: dict[tuple[int, str], float] = {}
        for of, at, level in {(of, at, p.charger[name].level) for of, at, name, *_ in changed if of <= now}:
            ports = {name: counts for when, site, name, *counts in changed if (when, site) == (of, at)}
            whole[at, level] = level_kwh(p, ports, level, served.get((now, at, level), 0.0), use.get(at))
        for level in {level for _, level in whole}:
            own = {key: kwh for key, kwh in whole.items() if key[1] == level}
            gained, lost = (sum(abs(k) for k in own.values() if sign * k > 0) for sign in (1, -1))
            session = (
                p.charger[p.level[level].usual_charger].kwh_per_session * 365 / p.session.peak_hour_share
            )
            part = min(1.0, max(0.0, beyond[now, level] * session + lost) / gained) if gained else 0.0
            whole |= {key: kwh * part if kwh > 0 else kwh for key, kwh in own.items()}
        return whole

    for phase, site, capex in rows(
        conn, "select phase, site_id, capex_cad - grant_cad - resale_cad from plan.decision"
    ):
        ports = {name: counts for of, at, name, *counts in changed if (of, at) == (phase, site)}
        built = p.phase[phase].year
        yield (phase, site, built), Flow(net_capex_cad=capex)
        for year in range(built + 1, built + 1 + p.economy.horizon_year):
            now = max(n for n, row in p.phase.items() if row.year < year)
            whole = energy(now)
            kwh = {level: whole[site, level] for level in {p.charger[name].level for name in ports}}
            yield (phase, site, year), flow_of(p, ports, kwh, year)


def flow_of(p: Scenario, ports: dict[str, list[int]], kwh: dict[str, float], year: int) -> Flow:
    age = year - p.price.year
    risen = (1 + p.price.index_share_per_year) ** age
    revenue = 0.0
    for level, energy in kwh.items():
        # each type by the capacity that it adds or loses
        weight = {
            name: abs(capacity_per_h(p, {name: after}, level) - capacity_per_h(p, {name: before}, level))
            for name, (before, after) in ports.items()
        }
        brought = sum(w * price_of(p, name) for name, w in weight.items())
        revenue += energy * brought / sum(weight.values()) if energy else 0.0
    revenue *= (1 + p.economy.driver_price_index_share_per_year) ** age
    price = p.electricity.energy_price_cad_per_kwh * (1 + p.economy.energy_index_share_per_year) ** age
    change = {name: after - before for name, (before, after) in ports.items()}
    return Flow(
        energy_kwh=sum(kwh.values()),
        revenue_cad=revenue,
        energy_cad=sum(kwh.values()) * price / (1 - p.electricity.charging_loss_share),
        demand_charge_cad=risen * (peak_charge(p, ports, 1) - peak_charge(p, ports, 0)),
        upkeep_cad=risen * sum(n * p.charger[name].opex_cad_per_port_year for name, n in change.items()),
        network_fee_cad=risen
        * sum(n * p.charger[name].network_fee_cad_per_port_year for name, n in change.items()),
        payment_fee_cad=p.economy.payment_fee_share * revenue,
    )


def price_of(p: Scenario, name: str) -> float:
    """Return what a driver pays for a kWh of a charger type, fees for session and time spread over it."""
    c = p.charger[name]
    return (
        c.price_cad_per_kwh
        + (c.price_cad_per_session + c.price_cad_per_hour * c.session_min / 60) / c.kwh_per_session
    )


def peak_charge(p: Scenario, ports: dict[str, list[int]], moment: int) -> float:
    e = p.electricity
    kw = {name: counts[moment] * p.charger[name].port_kw for name, counts in ports.items()}
    peak = sum(kw.values())
    if peak < e.demand_billed_kw_min:
        return 0.0
    fast = sum(power for name, power in kw.items() if p.charger[name].level in e.evc_levels)
    busy = sum(power * p.charger[name].utilisation_share for name, power in kw.items())
    is_eligible = (
        fast > 0
        and 2 * fast >= peak
        and e.evc_kw_min <= peak <= e.evc_kw_max
        and busy <= e.evc_load_factor_max * peak
    )
    share = e.evc_charge_share if is_eligible and e.is_evc_rate_offered else 1.0
    return (
        12 * peak * (e.distribution_charge_cad_per_kw_month + e.transmission_charge_cad_per_kw_month * share)
    )


def level_kwh(
    p: Scenario, ports: dict[str, list[int]], level: str, sessions_per_h: float, use: float | None
) -> float:
    row, own = p.level[level], {n: c for n, c in ports.items() if p.charger[n].level == level}
    before, after = (
        sum(
            waiting_capacity_per_h(
                counts[moment], p.charger[n].session_min, row.wait_max_min, row.wait_probability_max
            )
            * p.charger[n].kwh_per_session
            for n, counts in own.items()
            if counts[moment]
        )
        for moment in (0, 1)
    )
    if after >= before:
        served = sessions_per_h * p.charger[row.usual_charger].kwh_per_session
        return served * 365 / p.session.peak_hour_share * (1 - before / after)
    today = sum(
        counts[0]
        * 8_760
        * 60
        / p.charger[n].session_min
        * p.charger[n].kwh_per_session
        * (p.charger[n].utilisation_share if use is None else use)
        for n, counts in own.items()
    )
    return -today * (1 - after / before)
