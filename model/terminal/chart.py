"""Draws the best plan and the dual bound of a solve against time, for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from plotille import Canvas
from rich.console import Console
from rich.text import Text

from model.data.progress import Moment

WIDTH_MAX, HEIGHT = 80, 9
_MARGIN, _LABEL = 11, 20
"""Characters left of the chart, for figures, and right of it, for the names of its lines."""
_PLAN, _BOUND = "cyan", "yellow"
_LEAST_S = 1.0
_NO_DOTS = 0x2800
_HEADROOM = 1.05

Point = tuple[float, float]


def is_worth_it(moments: Sequence[Moment], end_s: float) -> bool:
    """Tell whether a solve took long enough for a chart, and found a plan before its last moment."""
    return end_s >= _LEAST_S and sum(m.incumbent is not None for m in moments) > 1


def can_show(console: Console) -> bool:
    """Tell whether a console is a terminal that knows the signs and is wide enough."""
    return console.is_terminal and console.encoding.startswith("utf") and console.width >= WIDTH_MAX


def last_solve(moments: Sequence[Moment]) -> list[Moment]:
    """Return the moments of the last priority level, whose objective is not that of the others."""
    return [m for m in moments if m.priority_level == moments[-1].priority_level] if moments else []


def words(moments: Sequence[Moment]) -> str:
    """Say in a line when the first plan came, the last one, and the last dual bound."""
    plans = _steps(moments, "incumbent")
    bounds = _steps(moments, "dual_bound")
    parts = []
    if plans:
        parts.append(f"first plan {plans[0][1]:.4f} after {plans[0][0]:.1f} s")
    if len(plans) > 1:
        parts.append(f"last one {plans[-1][1]:.4f} after {plans[-1][0]:.1f} s")
    if bounds:
        parts.append(f"last dual bound {bounds[-1][1]:.4f} after {bounds[-1][0]:.1f} s")
    return ", ".join(parts)


def chart(moments: Sequence[Moment], end_s: float) -> Text:
    """Return a chart of 80 columns; `moments` are of one objective, and some have a plan.

    It shows the plans in full, and of the bound what is no further from the best plan than the first plan
    is: bounds begin far above, and the lines would meet at once. Where the bound comes from above that, it
    comes in through the upper edge.
    """
    plans, bounds = _steps(moments, "incumbent"), _steps(moments, "dual_bound")
    low, high = _window(plans, bounds)
    columns = WIDTH_MAX - _MARGIN - _LABEL
    dots = [_drawn(line, end_s, low, high, columns) for line in (plans, bounds)]
    ends = {}
    if bounds:
        ends[_row(bounds[-1][1], low, high)] = Text(f" bound {figure(bounds[-1][1])}", _BOUND)
    row = _row(plans[-1][1], low, high)
    ends[row + 1 if row in ends else row] = Text(f" plan {figure(plans[-1][1])}", _PLAN)
    figures = {0: f"{high:.4g}", HEIGHT - 1: f"{low:.4g}"}
    text = Text()
    for n in range(HEIGHT + 1):
        is_axis = n == HEIGHT
        text.append(f"{figures.get(n, ''):>{_MARGIN - 2}} {'└' if is_axis else '│'}")
        if is_axis:
            text.append("─" * columns)
        else:
            for plan, bound in zip(dots[0][n], dots[1][n], strict=True):
                sign = ord(plan) | ord(bound)
                text.append(
                    " " if sign == _NO_DOTS else chr(sign), _BOUND if ord(bound) > _NO_DOTS else _PLAN
                )
        text.append_text(ends.get(n, Text()))
        text.append("\n")
    left, right = "0 s", f"{end_s:.4g} s"
    text.append(f"{'':{_MARGIN}}{left}{right:>{columns - len(left)}}")
    return text


def figure(value: float) -> str:
    """Write an objective value as elsewhere, or with fewer digits where that has no room beside the chart."""
    text = f"{value:.4f}"
    return text if len(text) <= _LABEL - len(" bound ") else f"{value:.6g}"


def _steps(moments: Sequence[Moment], figure: str) -> list[Point]:
    """Return second and value wherever a figure changed."""
    known = [(m.elapsed_s, getattr(m, figure)) for m in moments if getattr(m, figure) is not None]
    return [known[0], *(b for a, b in pairwise(known) if a[1] != b[1])] if known else []


def _window(plans: Sequence[Point], bounds: Sequence[Point]) -> tuple[float, float]:
    first, best = plans[0][1], plans[-1][1]
    last_bound = bounds[-1][1] if bounds else best
    span = max(best - first, last_bound - best, 1e-6 * max(abs(best), 1.0))
    highest = max((value for _, value in bounds), default=best)
    return first, max(min(highest, best + span), last_bound, best + (_HEADROOM - 1) * span)


def _row(value: float, low: float, high: float) -> int:
    """Return the line of the chart, from the top, where a value stands."""
    return round((HEIGHT - 1) * (high - value) / (high - low))


def _drawn(line: Sequence[Point], end_s: float, low: float, high: float, columns: int) -> list[str]:
    """Return a line that goes up or down at each point and level to the next, as rows of dots."""
    room = (high - low) * (_HEADROOM - 1)
    canvas = Canvas(columns, HEIGHT, 0.0, low - room, end_s * _HEADROOM, high + room)
    for (x, y), (next_x, next_y) in pairwise([*line, (end_s, line[-1][1])] if line else []):
        canvas.line(x, y, next_x, y)
        canvas.line(next_x, y, next_x, next_y)
    return str(canvas.plot("\n")).split("\n")
