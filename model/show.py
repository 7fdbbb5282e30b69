"""Prints a run for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from model.solving import Report


def show(report: Report) -> None:
    """Print coverage before and after, money, actions, bound, gap and seconds as a short table."""
    table = Table(title=f"{report.scenario}: run {report.run_id}, {report.status}", show_header=False)
    table.add_column(style="bold")
    table.add_column(justify="right")
    for level, share in report.coverage.items():
        after = "-" if share["after"] is None else f"{share['after']:.2%}"
        table.add_row(f"coverage {level}", f"{share['before']:.2%} -> {after}")
    table.add_row(
        "actions",
        ", ".join(f"{count} {action}" for action, count in report.actions.items() if count) or "none",
    )
    if report.capex_cad is not None:
        table.add_row("capital cost", f"{report.capex_cad:,.0f} CAD")
    if report.objective is not None:
        table.add_row("objective", f"{report.objective:.4f}")
    if report.bound is not None:
        table.add_row("bound", f"{report.bound:.4f}")
    if report.gap is not None:
        table.add_row("gap", f"{report.gap:.3%}")
    steps = ("read", "build", "solve", "write", "audit")
    taken = [(step, getattr(report.seconds, step)) for step in steps]
    table.add_row("seconds", ", ".join(f"{step} {s:.1f}" for step, s in taken if s is not None))
    Console().print(table)
