"""Fits the weights of the candidate score to what was built, with the AUC that they reach elsewhere."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import psycopg
from scipy.optimize import minimize

from db.common.errors import UsageError

Connection = psycopg.Connection[tuple[Any, ...]]
Array = np.ndarray[Any, np.dtype[np.float64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]
Places = np.ndarray[Any, np.dtype[np.int64]]
SITES_PER_WEIGHT = 10
"""Events for each variable of a logistic regression, at least: Peduzzi et al. 1996."""
FOLD_COUNT = 5
DEAL_COUNT = 10
"""So often squares are dealt out to folds; a candidate has the mean of the scores not fitted to it."""
BLOCK_M = 2000.0
"""Candidates of a square of this edge are in one fold, and drawn together: neighbours tell of each other."""
DRAW_COUNT = 1000
_LEAST_DRAWS = 40
_RIDGE = 1e-3
_LEAST_LAND_USE = 0.01
PARTS = ("land_use", "transit", "road", "grid", "people")
_CANDIDATES = """
    select c.land_use_score, c.transit_score, c.road_score, c.grid_score, c.people_score, c.score, p.is_near,
        st_x(c.geom), st_y(c.geom)
    from plan.backtest_candidate as c
    join model.backtest_placement as p
        on p.backtest_id = c.backtest_id and p.candidate_id = c.candidate_id and p.measure = 'score'
    where c.backtest_id = %s
    order by c.candidate_id
"""
_SITES = """
    select count(*), b.as_of from plan.backtest as b left join plan.backtest_site as s using (backtest_id)
    where b.backtest_id = %s group by b.as_of
"""


@dataclass(frozen=True)
class Span:
    """A figure with its 95 % interval by draws of squares with replacement; None where these tell nothing."""

    value: float
    low: float | None
    high: float | None

    @property
    def text(self) -> str:
        """The figure and its interval, as comments of a file have it."""
        if self.low is None or self.high is None:
            return f"{self.value:.3f}"
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f})"


@dataclass(frozen=True)
class Fitted:
    """Weights that sum to 1, by part of the score; AUC on squares that were not fitted on, and of others.

    `gain` is by how much the AUC of the fitted score is higher than that of people near by.
    """

    weights: dict[str, float]
    as_of: dt.date
    built_site_count: int
    auc: Span
    score_auc: Span
    people_auc: Span
    gain: Span

    @property
    def text(self) -> str:
        """The weights as settings of a region file, and what is known of them."""
        lines = [
            "# Weights of the candidate score, fitted by `planner backtest --fit` to what was built",
            f"# after {self.as_of}: {self.built_site_count} sites. AUC with 95 % intervals, by squares of"
            f" {BLOCK_M / 1000:g} km:",
            f"# {self.auc.text} where it was not fitted ({FOLD_COUNT} folds),",
            f"# {self.score_auc.text} of the score as it was,",
            f"# {self.people_auc.text} of people near by alone: better than these by {self.gain.text}.",
            "# The weights are fitted to all of these sites: a later backtest against them proves nothing.",
            "[settings]",
            *(f"{part}_score_weight = {weight:.3f}" for part, weight in self.weights.items()),
        ]
        return "\n".join(lines) + "\n"


def fit(conn: Connection, backtest_id: int, seed: int) -> Fitted:
    """Fit weights of at least 0 by a logistic regression of what was built on the parts of the score.

    Parts that are not known in the region are left out. Nothing is chosen by what comes out: parts and ridge
    are the same for every region, so that the folds judge all that was fitted.

    Raises:
        UsageError: too few sites were built for so many weights, or all candidates are of one class.
    """
    rows = conn.execute(_CANDIDATES, (backtest_id,)).fetchall()
    found = conn.execute(_SITES, (backtest_id,)).fetchone()
    site_count = int(found[0]) if found else 0
    known = [k for k, _ in enumerate(PARTS) if rows and rows[0][k] is not None]
    if found is None or site_count < SITES_PER_WEIGHT * len(known) or not rows:
        raise UsageError(
            f"{site_count} built sites are too few to fit {len(known) or len(PARTS)} weights.",
            f"give a file with {SITES_PER_WEIGHT} new sites for each weight, or leave --fit out.",
        )
    parts = np.array([[row[k] for k in known] for row in rows], dtype=float)
    is_near = np.array([row[6] for row in rows], dtype=bool)
    square = _squares(np.array([row[7:9] for row in rows], dtype=float))
    weights = _weights(parts, is_near)
    named = {PARTS[k]: float(weight) for k, weight in zip(known, weights, strict=True)}
    named["land_use"] = max(named["land_use"], _LEAST_LAND_USE)
    rng = np.random.default_rng(seed)
    measures = (
        _held_out(parts, is_near, square, rng),
        np.array([row[5] for row in rows], dtype=float),
        np.array([row[4] for row in rows], dtype=float),
    )
    own, score, people, gain = _spans(measures, is_near, square, rng)
    return Fitted(named, found[1], site_count, own, score, people, gain)


def _held_out(parts: Array, is_near: Mask, square: Places, rng: np.random.Generator) -> Array:
    """Return the score of each candidate by weights fitted without its square, as a mean over deals."""
    reached = np.zeros(len(parts))
    for _ in range(DEAL_COUNT):
        folds = rng.permutation(int(square.max()) + 1)[square] % FOLD_COUNT
        for fold in range(FOLD_COUNT):
            inside = folds == fold
            if inside.any() and 0 < is_near[~inside].sum() < (~inside).sum():
                reached[inside] += parts[inside] @ _weights(parts[~inside], is_near[~inside]) / DEAL_COUNT
    return reached


def _spans(
    measures: tuple[Array, Array, Array], is_near: Mask, square: Places, rng: np.random.Generator
) -> list[Span]:
    """Return the AUC of each measure, and by how much that of the first is higher than that of the last."""
    members = [np.flatnonzero(square == one) for one in range(int(square.max()) + 1)]
    drawn = []
    for _ in range(DRAW_COUNT):
        chosen = np.concatenate([members[one] for one in rng.integers(0, len(members), len(members))])
        if 0 < is_near[chosen].sum() < len(chosen):
            drawn.append([auc(values[chosen], is_near[chosen]) for values in measures])
    found = [auc(values, is_near) for values in measures]
    if len(drawn) < _LEAST_DRAWS or len(members) == 1:
        return [Span(value, None, None) for value in (*found, found[0] - found[-1])]
    table = np.array(drawn)
    table = np.column_stack([table, table[:, 0] - table[:, -1]])
    ends = np.quantile(table, (0.025, 0.975), axis=0)
    values = (*found, found[0] - found[-1])
    return [Span(v, float(low), float(high)) for v, low, high in zip(values, *ends, strict=True)]


def auc(values: Array, is_near: Mask) -> float:
    """Return the area under the ROC curve; ties count half."""
    near, far = values[is_near], np.sort(values[~is_near])
    below = np.searchsorted(far, near, "left") + np.searchsorted(far, near, "right")
    return float(below.mean() / 2 / len(far))


def _squares(places: Array) -> Places:
    """Return the number of the square of the plane in which each candidate stands."""
    _, square = np.unique(np.floor(places / BLOCK_M), axis=0, return_inverse=True)
    return np.asarray(square.ravel(), dtype=np.int64)


def _weights(parts: Array, is_near: Mask) -> Array:
    """Return weights that sum to 1: logistic regression, weights at least 0, a small ridge."""
    target = is_near.astype(float)

    def loss(x: Array) -> tuple[float, Array]:
        z = x[0] + parts @ x[1:]
        error = 1 / (1 + np.exp(-z)) - target
        value = float(np.mean(np.logaddexp(0, z) - target * z) + _RIDGE * x[1:] @ x[1:])
        slope = np.concatenate(([error.mean()], parts.T @ error / len(z) + 2 * _RIDGE * x[1:]))
        return value, slope

    start = np.zeros(parts.shape[1] + 1)
    bounds = [(None, None), *[(0.0, None)] * parts.shape[1]]
    found = np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x[1:], dtype=float)
    total = float(found.sum())
    return found / total if total > 0 else np.full(len(found), 1 / len(found))
