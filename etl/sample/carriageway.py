"""Carriageways, interchanges and ramps along any course; what they cross passes under them."""

# Shares and distances define the drawing; a name for each would not say more than its line.

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from scipy.spatial import KDTree

from etl.sample.calibration import Bools, Floats, Ints
from etl.sample.land import CONCESSION, Land
from etl.sample.lattice import LOCAL, MOTORWAY, MOTORWAY_LINK, NONE, SECONDARY, UNCLASSIFIED, Lattice, Raster
from etl.sample.motorway import CLEAR, HALF_WIDTH, RAMP, Carriageway, Place
from etl.sample.trunk import Course, plan_courses

# Steps between places of a carriageway.
PACE = 3
# Steps from a motorway at which another that meets it ends, along it to where the links join it, and to where
# the next interchange may be.
MEET, LINK, FREE = 9.0, 15, 30
# Sine of the least angle at which a road has an interchange: a course at 45 degrees has some too.
ACROSS = 0.6


@dataclass
class Crossings:
    """Where a course crosses lattice lines: index along the course, `rise` 0 columns, 1 rows, line, place."""

    at: Ints
    rise: int
    line: Ints
    place: Floats


def _crossings(course: Course, rise: int) -> Crossings:
    """Return where a course crosses columns (lines of equal i) or rows (of equal j)."""
    across, along = course.place[:, rise], course.place[:, 1 - rise]
    whole = np.floor(across)
    at = np.flatnonzero(np.diff(whole))
    line = np.maximum(whole[at], whole[at + 1])
    part = (line - across[at]) / (across[at + 1] - across[at])
    return Crossings(at, rise, line.astype(np.int64), along[at] + part * (along[at + 1] - along[at]))


def _clear(course: Course, lattice: Lattice) -> None:
    """Remove local streets within 80 m of the motorway; only main and concession roads have a bridge."""
    for rise, raster in enumerate((lattice.column, lattice.row)):
        place = course.place[:, [rise, 1 - rise]]
        for a in range(-2, 3):
            for b in range(-3, 3):
                line, step = np.floor(place[:, 0]).astype(int) + a, np.floor(place[:, 1]).astype(int) + b
                away = np.hypot(line - place[:, 0], step + 0.5 - place[:, 1])
                near = (away < CLEAR) & _within(raster, line, step)
                line, step = line[near], step[near]
                local = np.isin(raster[line, step], LOCAL)
                raster[line[local], step[local]] = NONE
        found = _crossings(course, rise)
        line, step = found.line, np.floor(found.place).astype(int)
        minor = _within(raster, line, step) & (line % CONCESSION != 0)
        line, step = line[minor], step[minor]
        small = raster[line, step] < SECONDARY
        raster[line[small], step[small]] = NONE


def _within(raster: Raster, line: Ints, step: Ints) -> Bools:
    return np.asarray((line >= 0) & (line < raster.shape[0]) & (step >= 0) & (step < raster.shape[1]))


# index along the course, rise, line and place on the line of the road that reaches across
Interchange = tuple[int, int, int, float]


def _interchanges(course: Course, lattice: Lattice) -> list[Interchange]:
    """Choose the roads that reach across: every 2.4 km in town, 4.8 km outside."""
    ahead = course.ahead
    options = []
    for rise, raster in enumerate((lattice.column, lattice.row)):
        found = _crossings(course, rise)
        for at, line, place in zip(found.at.tolist(), found.line.tolist(), found.place.tolist(), strict=True):
            middle = round(place)
            if line % CONCESSION or abs(ahead[at, rise]) < ACROSS or not 0 <= line < raster.shape[0]:
                continue
            if not RAMP < middle < raster.shape[1] - RAMP:
                continue
            span = raster[line, middle - 4 : middle + 4]
            if np.all(span >= UNCLASSIFIED):
                options.append((at, rise, line, place, 2 if np.all(span >= SECONDARY) else 4))
    chosen: list[Interchange] = []
    for at, rise, line, place, apart in sorted(options):
        if not chosen or at - chosen[-1][0] >= apart * CONCESSION:
            chosen.append((at, rise, line, place))
    return chosen


def _node(rise: int, line: int, place: float) -> Place:
    return (float(line), place) if rise == 0 else (place, float(line))


@dataclass
class _Motorway:
    """A motorway being built: the indices along its course between which it has carriageways."""

    course: Course
    number: int
    interchanges: list[Interchange]
    first: int
    last: int
    met_at: list[int] = field(default_factory=list)
    roads: list[Carriageway] = field(default_factory=list)

    def lane(self, at: int, sign: int) -> Place:
        """Return the place of a carriageway: `sign` 1 travels along the course, -1 against it."""
        n = PACE * round(at / PACE)
        i, j = self.course.place[n] + sign * HALF_WIDTH * self.course.right[n]
        return float(i), float(j)

    def add(self, road_class: int, places: list[Place], joints: list[bool]) -> None:
        """Add a road in the direction of travel."""
        self.roads.append(Carriageway(road_class, self.number, places, joints))

    def add_carriageways(self) -> None:
        """Add both carriageways, with the streets at which they end."""
        for sign in (1, -1):
            places = [self.lane(at, sign) for at in range(self.first, self.last + 1, PACE)]
            joints = [False] * len(places)
            for meets, end, way in ((self.course.start, 0, 0), (self.course.stop, len(places), -1)):
                if meets < 0:
                    _, rise, line, place = self.interchanges[way]
                    places.insert(end if way == 0 else len(places), _node(rise, line, float(round(place))))
                    joints.insert(end if way == 0 else len(joints), True)
            self.add(MOTORWAY, places[::sign], joints[::sign])

    def add_ramps(self) -> None:
        """Add the four ramps of each interchange."""
        begin, end = (0 if meets >= 0 else 1 for meets in (self.course.start, self.course.stop))
        for at, rise, line, place in self.interchanges[begin : len(self.interchanges) - end]:
            if any(abs(at - met) < FREE for met in self.met_at):
                continue
            middle, ahead, right = (
                values[at] for values in (self.course.place, self.course.ahead, self.course.right)
            )
            for sign in (1, -1):
                is_low = sign * right[1 - rise] < 0
                foot = _node(rise, line, float(np.floor(place) - 2 if is_low else np.ceil(place) + 2))
                for off in (-RAMP, RAMP):
                    leave = self.lane(at + off, sign)
                    bend = 0.65 * np.array(foot) + 0.35 * np.array(leave) - middle
                    i, j = middle + 0.35 * off * ahead + (bend @ right) * right
                    turn = 1 if (off < 0) == (sign == 1) else -1
                    ramp = [leave, (float(i), float(j)), foot][::turn]
                    self.add(MOTORWAY_LINK, ramp, [False, False, True][::turn])

    def add_links(self, other: _Motorway, *, at_start: bool) -> None:
        """Add the links with the motorway that this one meets, for both ways of both."""
        end = self.first if at_start else self.last
        meet = other.nearest(self.course.place[end])
        arriving, leaving = (-1, 1) if at_start else (1, -1)
        for way in (1, -1):
            onto, off = other.lane(meet + way * LINK, way), other.lane(meet - way * LINK, way)
            for link in (
                _bent(self.lane(end, arriving), other.lane(meet, way), onto),
                _bent(off, other.lane(meet, way), self.lane(end, leaving)),
            ):
                self.add(MOTORWAY_LINK, link, [False] * len(link))

    def nearest(self, place: Floats) -> int:
        """Return the index along the course nearest to a place."""
        return int(np.argmin(((self.course.place - place) ** 2).sum(axis=1)))


def _bent(start: Place, corner: Place, stop: Place) -> list[Place]:
    """Return places of a link that leaves `start` towards a corner and reaches `stop` from it."""
    t = np.linspace(0, 1, 9)[1:-1, None]
    a, b, c = (np.array(place) for place in (start, corner, stop))
    between = (1 - t) ** 2 * a + 2 * t * (1 - t) * b + t**2 * c
    return [start, *((float(i), float(j)) for i, j in between), stop]


def _plan(number: int, course: Course, lattice: Lattice) -> _Motorway | None:
    """Choose the interchanges of a course; where it meets no other motorway it ends at the last of them."""
    found = _interchanges(course, lattice)
    first, last = 0, len(course.place) - 1
    if len(found) < (course.start < 0) + (course.stop < 0):
        return None
    if course.start < 0:
        first = found[0][0] + PACE
    else:
        found = [one for one in found if one[0] > FREE]
    if course.stop < 0:
        last = found[-1][0] - PACE
    else:
        found = [one for one in found if one[0] < last - FREE]
    return _Motorway(course, number, found, PACE * -(-first // PACE), PACE * (last // PACE))


def _cut(course: Course, other: Course, *, at_start: bool) -> Course:
    """End a course where it comes near the one that it meets."""
    away, _ = KDTree(other.place).query(course.place)
    middle = len(away) // 2
    near = np.flatnonzero(away < MEET)
    if at_start:
        near = near[near < middle]
        return replace(course, place=course.place[near[-1] + 1 if len(near) else 0 :])
    near = near[near >= middle]
    return replace(course, place=course.place[: near[0] if len(near) else None])


def make_trunks(land: Land, lattice: Lattice) -> list[Carriageway]:
    """Lay the motorways of a province, and clear local streets out of their way."""
    plans = _plan_all(plan_courses(land), lattice)
    roads: list[Carriageway] = []
    for plan in plans.values():
        _clear(replace(plan.course, place=plan.course.place[plan.first : plan.last + 1]), lattice)
        plan.add_carriageways()
        plan.add_ramps()
        for at_start, meets in ((True, plan.course.start), (False, plan.course.stop)):
            if meets >= 0:
                plan.add_links(plans[meets], at_start=at_start)
        for road in plan.roads:
            if road.road_class == MOTORWAY_LINK and not any(road.joints):
                _clear(Course(np.array(road.places)), lattice)
        roads += plan.roads
    return roads


def _plan_all(courses: list[Course], lattice: Lattice) -> dict[int, _Motorway]:
    """Plan the motorways, each after those that it meets; of two that meet each other, one does not."""
    plans: dict[int, _Motorway] = {}
    waiting = dict(enumerate(courses))
    while waiting:
        number = next(
            (n for n, course in waiting.items() if not {course.start, course.stop} & waiting.keys() - {n}),
            min(waiting),
        )
        course = waiting.pop(number)
        for at_start, meets in ((True, course.start), (False, course.stop)):
            if meets >= 0:
                course = _meet(course, plans.get(meets), at_start=at_start)
        plan = _plan(number + 1, course, lattice)
        if plan is None:
            continue
        plans[number] = plan
        for at, meets in ((plan.first, course.start), (plan.last, course.stop)):
            if meets >= 0:
                plans[meets].met_at.append(plans[meets].nearest(course.place[at]))
    return plans


def _meet(course: Course, other: _Motorway | None, *, at_start: bool) -> Course:
    """End a course at the motorway that it meets, or, where that has no carriageways, at a street."""
    if other is not None:
        cut = _cut(course, other.course, at_start=at_start)
        at = other.nearest(cut.place[0 if at_start else -1])
        if other.first <= at - LINK and at + LINK <= other.last:
            return cut
    return replace(course, start=-1) if at_start else replace(course, stop=-1)
