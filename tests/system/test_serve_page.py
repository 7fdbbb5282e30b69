"""The planner's page from the service: the adopted plan, read as the reader, made once for all that ask."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
import requests

from report.serve import page
from tests.support.service import serving


def test_it_shows_the_adopted_plan(planned_database: str) -> None:
    with serving(planned_database, with_page=True) as service:
        found = requests.get(f"{service}/page", timeout=60)
        assert found.status_code == 200
        assert found.headers["content-type"] == "text/html; charset=utf-8"
        assert "Third Street" in found.text
        assert requests.get(f"{service}/page?run_id=1", timeout=60).status_code == 400
        links = requests.get(service, timeout=60).json()["links"]
        assert [link["href"] for link in links if link["rel"] == "alternate"] == [f"{service}/page"]


def test_it_is_there_where_it_is_asked_for_alone(planned_database: str) -> None:
    with serving(planned_database) as service:
        assert requests.get(f"{service}/page", timeout=60).status_code == 404
        assert "alternate" not in {link["rel"] for link in requests.get(service, timeout=60).json()["links"]}


def test_many_who_ask_at_once_have_it_made_once(
    planned_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []
    render = page.render

    def counting(*arguments: object) -> str:
        made.append(1)
        return render(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(page, "render", counting)
    monkeypatch.setattr(page, "KEPT_S", 3600)
    with serving(planned_database, with_page=True) as service, ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: requests.get(f"{service}/page", timeout=60).text, range(16)))
    assert len(set(answers)) == 1
    assert made == [1]


def test_it_is_read_as_the_reader(planned_database: str) -> None:
    """What the reader may not see is missing, although the login of the service could see it here."""
    with psycopg.connect(planned_database) as conn:
        conn.execute("revoke select on report.load_source from ev_reader")
    with serving(planned_database, with_page=True) as service:
        assert requests.get(f"{service}/page", timeout=60).status_code == 503


def test_without_a_plan_it_says_so(planned_database: str) -> None:
    with psycopg.connect(planned_database) as conn:
        conn.execute("update plan.run set publication = 'rejected'")
    with serving(planned_database, with_page=True) as service:
        found = requests.get(f"{service}/page", timeout=60)
        assert found.status_code == 404
        assert "plan" in found.json()["detail"]
