"""The programme in the council report: its phases, and what it reaches beside doing nothing."""

from __future__ import annotations

from collections.abc import Iterator

from db.common.language import Words, day
from report.brief.parts import Column, Heading, Paragraph, Part, Table
from report.run import Row

Found = dict[str, list[Row]]


def programme(run_id: int, found: Found, words: Words) -> Iterator[Part]:
    """Yield the section of the programme of a run: phases of the runs that it continues come first."""
    steps, levels = found["programme"], found["programme_levels"]
    yield Heading(words("h_programme"))
    yield from (Paragraph(text, "lead") for text in _finding(steps[-1], levels, found, words))
    earlier = dict.fromkeys(
        f"{s['scenario_name']} ({s['step_run_id']})" for s in steps if s["step_run_id"] != run_id
    )
    if earlier:
        yield Paragraph(words("programme_continues", plans=", ".join(earlier)))
    yield Table(words("t_programme"), *_phases(steps, words))
    yield Paragraph(words("programme_note"), "note")
    late = sum(step["late_count"] or 0 for step in steps)
    if late:
        yield Paragraph(words("programme_late", count=late), "notice")
    yield Table(words("t_idle"), *_reached(steps, levels, words))
    yield Paragraph(words("idle_note"), "note")


def _share(row: Row, moment: str) -> float | None:
    """Return the share of people within reach, or of demand where no people are known."""
    of_people = row[f"{moment}_people_share"]
    found = row[f"{moment}_share"] if of_people is None else of_people
    return None if found is None else float(found)


def _finding(last: Row, levels: list[Row], found: Found, words: Words) -> Iterator[str]:
    for row in levels:
        if row["step_number"] != last["step_number"] or not row["is_most_gained"]:
            continue
        after, idle = _share(row, "after"), _share(row, "idle")
        (distance_m,) = (r["service_distance_m"] for r in found["levels"] if r["level"] == row["level"])
        key = "programme_finding" if idle is not None else "programme_reach"
        yield words(
            key,
            level=row[words.language],
            year=last["year"],
            after=_told(after, words),
            idle=_told(idle, words),
            distance=words("km", km=words.number(distance_m / 1000)),
        )


def _told(share: float | None, words: Words) -> str:
    return words("dash") if share is None else words.share(share, 1)


def _phases(steps: list[Row], words: Words) -> tuple[tuple[Column, ...], tuple[tuple[str, ...], ...]]:
    columns = (
        Column(words("col_phase"), 2.6),
        Column(words("col_projects"), 1.1, "right"),
        Column(words("col_new_ports"), 1.3, "right"),
        Column(words("col_net_capex_cad"), 1.5, "right"),
        Column(words("col_net_so_far"), 1.5, "right"),
        Column(words("col_apply"), 1.7),
        Column(words("col_begin"), 1.7),
    )
    rows = tuple(
        (
            f"{words('phase_year', phase=s['step_number'], year=s['year'])}\n{s[f'title_{words.language}']}",
            words.number(s["project_count"]),
            words.number(s["port_count_added"]),
            words.money(s["net_capex_cad"]),
            words.money(s["cumulative_net_capex_cad"]),
            *(
                words("dash") if s[key] is None else day(s[key], words.language)
                for key in ("connection_from", "begin_on")
            ),
        )
        for s in steps
    )
    return columns, rows


def _reached(
    steps: list[Row], levels: list[Row], words: Words
) -> tuple[tuple[Column, ...], tuple[tuple[str, ...], ...]]:
    phase_of = {s["step_number"]: words("phase_year", phase=s["step_number"], year=s["year"]) for s in steps}
    is_counted = any(row["served_share"] is not None for row in levels)
    keys = ("reached", "idle", *(("served", "idle") if is_counted else ()))
    columns = (
        Column(words("col_phase"), 1.6),
        Column(words("col_level"), 2.6),
        *(Column(words(f"col_{key}"), 1.7, "right") for key in keys),
    )
    rows = tuple(
        (
            phase_of.get(row["step_number"], words("today")),
            row[words.language],
            *(_told(_share(row, moment), words) for moment in ("after", "idle")),
            *((_told(row["served_share"], words), _most(row, words)) if is_counted else ()),
        )
        for row in levels
    )
    return columns, rows


def _most(row: Row, words: Words) -> str:
    told = _told(row["idle_served_share"], words)
    return words("at_most", share=told) if row["is_idle_served_most"] else told
