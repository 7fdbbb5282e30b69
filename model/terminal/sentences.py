"""What a terminal says of codes and numbers of the database, in English.

Reports have words of their own, in both languages: packages meet in the database alone, and that gives
no sentences.
"""

from __future__ import annotations

from typing import Any

Row = dict[str, Any]


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
