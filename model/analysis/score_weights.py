"""Fits the weights of the candidate score to what was built, with the AUC that they reach elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import psycopg
from scipy.optimize import minimize

from db.common.errors import UsageError

Connection = psycopg.Connection[tuple[Any, ...]]
Array = np.ndarray[Any, np.dtype[np.float64]]
SITES_PER_WEIGHT = 10
"""Events for each variable of a logistic regression, at least: Peduzzi et al. 1996."""
FOLD_COUNT = 5
BLOCK_M = 2000.0
"""Candidates of a square of this edge are in one fold: neighbours tell of each other."""
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
_SITES = "select count(*) from plan.backtest_site where backtest_id = %s"


@dataclass(frozen=True)
class Fitted:
    """Weights that sum to 1, by part of the score; AUC on folds that were not fitted on, and of others."""

    weights: dict[str, float]
    built_site_count: int
    auc: float
    score_auc: float
    people_auc: float

    @property
    def text(self) -> str:
        """The weights as settings of a region file."""
        lines = [
            "# Weights of the candidate score, fitted by `python -m model.backtest --fit` to what was built:",
            f"# {self.built_site_count} sites; AUC {self.auc:.3f} where it was not fitted"
            f" ({FOLD_COUNT} folds),",
            f"# against {self.score_auc:.3f} of the score as it was"
            f" and {self.people_auc:.3f} of people near by alone.",
            "[settings]",
            *(f"{part}_score_weight = {weight:.3f}" for part, weight in self.weights.items()),
        ]
        return "\n".join(lines) + "\n"


def fit(conn: Connection, backtest_id: int, seed: int) -> Fitted:
    """Fit weights of at least 0 by a logistic regression of what was built on the parts of the score.

    Parts that are not known in the region are left out.

    Raises:
        UsageError: too few sites were built for so many weights, or all candidates are of one class.
    """
    rows = conn.execute(_CANDIDATES, (backtest_id,)).fetchall()
    found = conn.execute(_SITES, (backtest_id,)).fetchone()
    site_count = int(found[0]) if found else 0
    known = [k for k, _ in enumerate(PARTS) if rows and rows[0][k] is not None]
    if site_count < SITES_PER_WEIGHT * len(known) or not rows:
        raise UsageError(
            f"{site_count} built sites are too few to fit {len(known) or len(PARTS)} weights.",
            f"give a file with {SITES_PER_WEIGHT} new sites for each weight, or leave --fit out.",
        )
    parts = np.array([[row[k] for k in known] for row in rows], dtype=float)
    is_near = np.array([row[6] for row in rows], dtype=bool)
    folds = _folds(np.array([row[7:9] for row in rows], dtype=float), seed)
    reached = np.zeros(len(rows))
    for fold in range(FOLD_COUNT):
        inside = folds == fold
        if inside.any() and 0 < is_near[~inside].sum() < (~inside).sum():
            reached[inside] = parts[inside] @ _weights(parts[~inside], is_near[~inside])
    weights = _weights(parts, is_near)
    named = {PARTS[k]: float(weight) for k, weight in zip(known, weights, strict=True)}
    named["land_use"] = max(named["land_use"], _LEAST_LAND_USE)
    return Fitted(
        named,
        site_count,
        auc(reached, is_near),
        auc(np.array([row[5] for row in rows], dtype=float), is_near),
        auc(np.array([row[4] for row in rows], dtype=float), is_near),
    )


def auc(values: Array, is_near: np.ndarray[Any, np.dtype[np.bool_]]) -> float:
    """Return the area under the ROC curve; ties count half."""
    near, far = values[is_near], np.sort(values[~is_near])
    below = np.searchsorted(far, near, "left") + np.searchsorted(far, near, "right")
    return float(below.mean() / 2 / len(far))


def _folds(places: Array, seed: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Deal squares of the plane out to folds."""
    _, square = np.unique(np.floor(places / BLOCK_M), axis=0, return_inverse=True)
    order = np.random.default_rng(seed).permutation(int(square.max()) + 1)
    return np.asarray(order[square.ravel()] % FOLD_COUNT, dtype=np.int64)


def _weights(parts: Array, is_near: np.ndarray[Any, np.dtype[np.bool_]]) -> Array:
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
