"""Chooses the day on which the departures of a feed are counted."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Mapping

from db.common.assumption import Remark

_DATE = re.compile(r"\b(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?\b", re.ASCII)
_SATURDAY = 5
_WEEK = dt.timedelta(days=7)
# On a holiday the Sunday timetable applies: usually half to two thirds of the trips of a weekday.
_HOLIDAY_SHARE = 0.75


def parse_period(text: str) -> tuple[dt.date, dt.date] | None:
    """Return first and last day of a date such as 2024, 2024-11 or 2024-11-04; None for other text."""
    found = _DATE.search(text)
    if not found:
        return None
    year, month, day = (int(part) if part else None for part in found.groups())
    try:
        first = dt.date(year or 1, month or 1, day or 1)
        last = dt.date(first.year, month or 12, 1)
    except ValueError:
        return None
    if day:
        return first, first
    return first, last.replace(day=calendar.monthrange(last.year, last.month)[1])


def choose_service_day(trip_counts: Mapping[dt.date, int], data_date: str) -> tuple[dt.date, Remark] | None:
    """Return the day to count and the reason for it; None if no day has a trip.

    It is the weekday nearest to the date of the data, without holidays: days with less than three quarters
    of the trips of a weekday within a week. Of days equally near, such as those of a month, it is the one
    with the most trips, then the earliest; likewise if the date is not known.
    """
    served = {day: count for day, count in trip_counts.items() if count}
    weekdays = {day: count for day, count in served.items() if day.weekday() < _SATURDAY}
    if not served:
        return None
    day_type, french = ("weekday", "le jour de semaine") if weekdays else ("day", "le jour")
    days = weekdays or served
    around = parse_period(data_date)
    if around is None:
        fullest = max(days, key=lambda day: (days[day], -day.toordinal()))
        return fullest, Remark(
            f"the {day_type} with the most trips", f"{french} qui compte le plus de courses"
        )
    first, last = around

    def rank(day: dt.date) -> tuple[int, int, int]:
        off = max((first - day).days, (day - last).days, 0)
        return off, -days[day], day.toordinal()

    ordinary = [day for day in days if days[day] >= _HOLIDAY_SHARE * _most_around(days, day)]
    return min(ordinary, key=rank), Remark(
        f"the {day_type} nearest to {data_date}, the date of the data",
        f"{french} le plus proche du {data_date}, la date des données",
    )


def _most_around(days: Mapping[dt.date, int], day: dt.date) -> int:
    span = range(-_WEEK.days, _WEEK.days + 1)
    return max(days.get(day + dt.timedelta(days=off), 0) for off in span)
