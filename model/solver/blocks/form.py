"""The model of a block as arrays: rows of its own, and its part in the joint rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from model.accounting.sessions import capacity_per_h
from model.data.inputs import Inputs, Plan, SiteLevel
from model.formulation.build import build
from model.formulation.constraints import RULES
from model.formulation.expressions import in_force
from model.formulation.plan_model import PlanModel
from model.solver.blocks.division import Division
from model.solver.blocks.part import COPY, part
from model.solver.blocks.touched import Touched
from model.solver.compiled import Compiled, compiled
from model.solver.matrix import Matrix, Vector, bounded

JointKey = tuple[Any, ...]
"""What a joint row is: the name of its rule and its index there, or that of a copy."""


def joint_key(name: str, index: object) -> JointKey:
    """Return the key of the row of a rule."""
    return (name, *(index if isinstance(index, tuple) else (index,)))


@dataclass(frozen=True)
class BlockForm:
    """The model of a block: a matrix with the rows that are its own, and its factors in the joint rows.

    `joint` has a row for each key, over the columns of the matrix; `lower` and `upper` are the limits that
    the rows have in this block, whose own constants are taken out of them. `keys` and `choices` are the
    choices at its own sites, with their columns.
    """

    matrix: Matrix
    joint: sparse.csr_array
    joint_keys: tuple[JointKey, ...]
    lower: Vector
    upper: Vector
    keys: tuple[tuple[str, int], ...]
    choices: NDArray[np.intp]

    def plan(self, values: Vector) -> Plan:
        """Return what values decide at the block's own sites."""
        taken = np.flatnonzero(values[self.choices].round() > 0)
        return frozenset(self.keys[n] for n in taken)


@dataclass(frozen=True)
class _Entry:
    """A joint row as a block has it: factors by column, its limits."""

    key: JointKey
    factors: dict[int, float]
    lower: float
    upper: float


@dataclass(frozen=True)
class Piece:
    """A block to be made a model of: its inputs, and which (site, level) it shares with which blocks.

    `shared` has for each the home block and those that know a copy.
    """

    block: int | None
    inputs: Inputs
    shared: Mapping[SiteLevel, tuple[int, tuple[int, ...]]]


def piece(region: Touched, division: Division, block: int | None) -> Piece:
    """Return what is needed for the model of a block, or of none (`part`), and no more."""
    homes, copies = division.site, division.copies
    shared = {
        key: (homes[key[0]], copies[key])
        for key in (() if block is None else division.shared_of.get(block, ()))
    }
    return Piece(block, part(region, division, block), shared)


def block_form(made_of: Piece) -> BlockForm:
    """Return the model of a block.

    Raises:
        pyomo.common.errors.InfeasibleConstraintException: a row without variables does not hold.

    """
    m = build(made_of.inputs, concludes=False)
    form = compiled(m)
    regional = {rule.name for rule in RULES if rule.is_regional}
    is_joint = np.array([row.parent_component().name in regional for row in form.constraints], dtype=bool)
    is_copy = np.zeros(len(form.matrix.gain), dtype=bool)
    is_copy[
        [column for column, (o, _) in zip(form.choices, form.keys, strict=True) if o.startswith(COPY)]
    ] = True
    entries = [*_regional(form, is_joint, is_copy), *_granted(m, form)]
    entries += [*_copied(m, form, made_of), *_sent(m, form, made_of)]
    own = np.flatnonzero(~is_joint)
    lows, highs = ([getattr(v, side) for v in form.variables] for side in ("lb", "ub"))
    # bounds anew: those of the compiled model may follow from joint rows
    matrix = bounded(
        replace(
            form.matrix,
            rows=form.matrix.rows[own],
            row_lower=form.matrix.row_lower[own],
            row_upper=form.matrix.row_upper[own],
            lower=np.array([-np.inf if v is None else v for v in lows], dtype=float),
            upper=np.array([np.inf if v is None else v for v in highs], dtype=float),
        )
    )
    at_home = [n for n, (o, _) in enumerate(form.keys) if not o.startswith(COPY)]
    return BlockForm(
        matrix,
        rows_of([entry.factors for entry in entries], len(matrix.gain)),
        tuple(entry.key for entry in entries),
        np.array([entry.lower for entry in entries], dtype=float),
        np.array([entry.upper for entry in entries], dtype=float),
        tuple(form.keys[n] for n in at_home),
        form.choices[at_home],
    )


def rows_of(factors: Sequence[Mapping[int, float]], column_count: int) -> sparse.csr_array:
    """Return a row for each mapping of columns to factors."""
    data = [factor for row in factors for factor in row.values()]
    column = [n for row in factors for n in row]
    ends = np.cumsum([0, *map(len, factors)])
    return sparse.csr_array(
        (np.array(data, dtype=float), np.array(column, dtype=np.intp), ends),
        shape=(len(factors), column_count),
    )


def _regional(form: Compiled, is_joint: NDArray[np.bool_], is_copy: NDArray[np.bool_]) -> Iterator[_Entry]:
    """Yield the rows of rules that sum over the region; what is decided at a copy counts at its home."""
    rows = form.matrix.rows
    for n in np.flatnonzero(is_joint).tolist():
        constraint = form.constraints[n]
        span = slice(*rows.indptr[n : n + 2])
        found = {
            column: factor
            for column, factor in zip(rows.indices[span].tolist(), rows.data[span].tolist(), strict=True)
            if not is_copy[column]
        }
        key = joint_key(constraint.parent_component().name, constraint.index())
        yield _Entry(key, found, float(form.matrix.row_lower[n]), float(form.matrix.row_upper[n]))


def _granted(m: PlanModel, form: Compiled) -> Iterator[_Entry]:
    """Yield what grant programs with a cap give to the projects of a block: all share the cap."""
    place = form.place
    for program, cap in m.inputs.application_cap_cad.items():
        for phase in m.phase:
            column = place.get(id(m.granted[program, phase])) if program in m.earning else None
            if column is not None:
                yield _Entry(("application_cap", program, phase), {column: 1.0}, -np.inf, cap)


def _copied(m: PlanModel, form: Compiled, made_of: Piece) -> Iterator[_Entry]:
    """Yield that a copy has a level when its site has it: what changes there, less what changes at home."""
    place = form.place
    for (site, level), (home, blocks) in made_of.shared.items():
        today = level in m.inputs.sites[site].levels
        changes = [
            key
            for key in in_force(m, site, m.phase.last())
            if (level in m.inputs.options[key[0]].levels) != today
        ]
        sign = -1.0 if made_of.block == home else 1.0
        for phase in m.phase:
            # a phase that changes nothing says what the one before says
            if any(t == phase for _, t in changes):
                factors = {place[id(m.x[key])]: sign for key in changes if key[1] <= phase}
                for other in blocks if made_of.block == home else (made_of.block,):
                    yield _Entry(("copy", site, level, phase, other), factors, 0.0, 0.0)


def _sent(m: PlanModel, form: Compiled, made_of: Piece) -> Iterator[_Entry]:
    """Yield the sessions that a block sends to a site that several do, less what its ports serve at home."""
    service = m.inputs.service
    if service is None:
        return
    place = form.place
    zones = service.zones_of_site
    for (site, level), (home, _) in made_of.shared.items():
        for phase in m.phase:
            keys = ((zone, level, site, phase) for zone in zones.get((site, level), ()))
            factors = {
                place[id(m.flow[key])]: 1.0 for key in keys if key in m.flow and id(m.flow[key]) in place
            }
            today = 0.0
            if made_of.block == home:
                today = capacity_per_h(service, level, m.inputs.sites[site].layout)
                for key in in_force(m, site, phase):
                    more = capacity_per_h(service, level, m.inputs.options[key[0]].layout) - today
                    factors |= {place[id(m.x[key])]: -more} if more else {}
            if factors or today:
                yield _Entry(("sessions", site, level, phase), factors, -np.inf, today)
