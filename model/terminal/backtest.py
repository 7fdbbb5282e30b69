"""Prints a backtest for people."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.rows import dict_row
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from db.common.assumption import sentence
from db.common.language import Language, Words
from model.terminal.words import FILE

Connection = psycopg.Connection[Any]


def show(conn: Connection, backtest_id: int, language: Language) -> None:
    """Print what was built beside what was planned: money, ports, shares by distance, AUC, the meaning."""
    with conn.cursor(row_factory=dict_row) as cursor:
        head = cursor.execute(
            "select * from report.backtest where backtest_id = %s", (backtest_id,)
        ).fetchone()
        shares = cursor.execute(
            "select * from report.backtest_share where backtest_id = %s order by backtest_share_id",
            (backtest_id,),
        ).fetchall()
        areas = cursor.execute(
            "select * from report.backtest_auc where backtest_id = %s order by auc desc, measure",
            (backtest_id,),
        ).fetchall()
        remarks = cursor.execute(
            "select source, code, value from report.backtest_remark where backtest_id = %s order by remark",
            (backtest_id,),
        ).fetchall()
    assert head is not None  # noqa: S101 - it was written a moment ago
    words = Words(language, head["currency"], (FILE,))
    console = Console()
    console.print(_sites(words, head))
    console.print(_shares(words, shares))
    console.print(_areas(words, areas))
    for row in remarks:
        text = sentence(row["code"], row["value"], language)
        console.print(escape(f"{row['source']}{words.between(':')}{text}"), soft_wrap=True)
    console.print(words("backtest_meaning"), soft_wrap=True)


def _sites(words: Words, head: dict[str, Any]) -> Table:
    table = Table(
        title=words(
            "backtest_title", backtest=head["backtest_id"], as_of=head["as_of"], file=head["built_file"]
        )
    )
    for key in ("", "backtest_built", "backtest_planned"):
        table.add_column(words(key) if key else "", justify="right" if key else "left")
    table.add_row(
        words("backtest_money"),
        words.money(head["spent_cad"]),
        "-" if head["net_capex_cad"] is None else words.money(head["net_capex_cad"]),
    )
    for name in ("site_count", "port_count", "ports_per_site", "single_port_site_count"):
        digits = 1 if name == "ports_per_site" else 0
        pair = (head[f"built_{name}"], head[f"planned_{name}"])
        table.add_row(
            words(f"backtest_{name}"), *("-" if v is None else words.number(float(v), digits) for v in pair)
        )
    return table


def _shares(words: Words, shares: list[dict[str, Any]]) -> Table:
    distances = list(dict.fromkeys(row["distance_m"] for row in shares))
    table = Table(title=words("backtest_shares"))
    table.add_column(words("backtest_choice"))
    for distance in distances:
        table.add_column(f"{words.number(distance)} m", justify="right")
    for choice in dict.fromkeys(row["choice"] for row in shares):
        cells = [row for row in shares if row["choice"] == choice]
        name = words(f"backtest_choice_{choice}", count=cells[0]["site_count"])
        table.add_row(
            name, *(_with_interval(words, r["near_share"], r["low_share"], r["high_share"]) for r in cells)
        )
    return table


def _with_interval(words: Words, value: float, low: float | None, high: float | None) -> str:
    said = words.share(value, 0)
    if low is None or high is None:
        return said
    return f"{said} ({words('backtest_span', low=words.share(low, 0), high=words.share(high, 0))})"


def _areas(words: Words, areas: list[dict[str, Any]]) -> Table:
    table = Table(title=words("backtest_areas"))
    for key in ("backtest_measure", "backtest_auc", "backtest_interval", "backtest_gain"):
        table.add_column(words(key), justify="left" if key == "backtest_measure" else "right")
    for row in areas:
        table.add_row(
            words(f"backtest_measure_{row['measure']}"),
            words.number(row["auc"], 3),
            _span(words, row["low_auc"], row["high_auc"]),
            "-"
            if row["score_gain"] is None
            else f"{words.number(row['score_gain'], 3)} ({_span(words, row['low_gain'], row['high_gain'])})",
        )
    return table


def _span(words: Words, low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return "-"
    return words("backtest_span", low=words.number(low, 3), high=words.number(high, 3))
