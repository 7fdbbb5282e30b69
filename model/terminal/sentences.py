"""What a terminal says of codes and numbers of the database, in English.

Reports have words of their own, in both languages: packages meet in the database alone, and that gives
no sentences.
"""

from __future__ import annotations

from typing import Any

from rich.markup import escape

from db.common.number import plain

Row = dict[str, Any]
_SHARE_SHOWN = 5e-5
_SESSIONS_SHOWN = 0.05


def site(row: Row) -> str:
    """Return name and number of a site, for a terminal that takes brackets for markup."""
    return escape(f"{row['name'] or 'site'} ({row['site_id']})")


def reason(site: Row, currency: str) -> str:
    """Say why a plan changes a site, from a row of report.site_reason and its rows of report.site_gain."""
    said = [f"{site['action'].capitalize()} for {site['net_capex_cad']:,.0f} {currency} net."]
    said += [_gain(gain) for gain in site["gains"]]
    if site["loss_method"] == "impossible":
        said.append("No plan keeps all rules without it.")
    elif site["loss_if_dropped"] is not None:
        said.append(
            f"Without it the objective of the best other plan found is lower by {site['loss_if_dropped']:.4f}"
            f" (at least {site['loss_low']:.4f})."
        )
    return " ".join(said)


def _gain(gain: Row) -> str:
    people = gain["population"]
    covered = "points" if people is None else f"{people:,.0f} {'person' if round(people) == 1 else 'people'}"
    return (
        f"{gain['level']} covers {covered} not covered before: {gain['weight_share']:.2%} of all demand,"
        f" {gain['only_weight_share']:.2%} by it alone."
    )


def room(rows: list[Row], currency: str) -> str:
    """Say what a step more room in a rule brings, from its rows of report.constraint_gain, one a level."""
    first, brought = rows[0], [words for row in rows for words in _brought(row)]
    step = amount(first["step"], unit(first["unit"], currency))
    each = f", each of {first['row_count']}" if first["row_count"] > 1 else ""
    if not first["is_better"]:
        said = "no better plan"
    else:
        said = ", ".join(brought) or "as many people and sessions as before"
    cut = "" if first["is_proven"] else ", as far as was found before a search was cut off"
    if cut and first["worth_population_high"] is not None:
        low, high = first["worth_population_low"], first["worth_population_high"]
        cut += f" (worth as much as {low:,.0f} to {high:,.0f} people more with {first['worth_level']})"
    return f"{first['rule']} ({first['subject']}{each}), {step} more room: {said}{cut}."


def _brought(row: Row) -> list[str]:
    said, people, share = [], row["population_change"], row["weight_share_change"]
    within = f"within {plain(row['service_distance_m'])} m of {row['level']}"
    if people is not None and round(people):
        who = "person" if abs(round(people)) == 1 else "people"
        said.append(f"{abs(people):,.0f} {who} {_more(people)} {within}")
    elif people is None and abs(share) >= _SHARE_SHOWN:
        said.append(f"{abs(share):.2%} of all demand {_more(share)} {within}")
    sessions = row["sessions_change_per_h"]
    if sessions is not None and abs(sessions) >= _SESSIONS_SHOWN:
        said.append(f"{abs(sessions):.1f} sessions per hour {_more(sessions)} served at {row['level']}")
    return said


def _more(change: float) -> str:
    return "more" if change > 0 else "fewer"


def amount(value: float | None, unit: str) -> str:
    """Write an amount with its unit, a share as per cent; a dash where there is none."""
    if value is None:
        return "-"
    return f"{value:.2%}" if unit == "share" else f"{plain(value)} {unit}".strip()


def figure(row: Row) -> str:
    """Name a figure of report.run_figure_difference."""
    match row["figure"]:
        case "coverage":
            return f"coverage {row['level']}, phase {row['phase']}"
        case "term":
            return f"term {row['term']}"
        case "site_count":
            return f"sites: {row['action']}"
        case "capex":
            return "capital cost, gross"
        case "net_capex":
            return "capital cost, net"
        case name:
            return str(name)


def unit(code: str, currency: str) -> str:
    """Name the unit of a row of report.constraint_slack."""
    return {"cad": currency, "cad_per_year": f"{currency} per year", "kw": "kW"}.get(code, code)
