"""The HTTP client against a server that misbehaves: every failure is a sentence, and nothing is lost."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import io
import json
import re
import string
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from rich.console import Console
from rich.progress import Progress as Bar

from db.common.errors import FetchError, UsageError
from etl.fetch.cache import Cache, redact_url, safe_file_name
from etl.fetch.client import Client
from etl.fetch.content import ANY, CSV, JSON, PBF, ZIP
from etl.fetch.request import Request
from etl.fetch.retry import Limits, retry_after_s
from etl.loading.show import Steps
from tests.support.web import Answer, Web, ranged, serving

TEXT = b"FSA,BEV\nN2L,10\n"
CSV_KIND = {"Content-Type": "text/csv"}
START = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
SECRET = "k-12345-never-shown"  # noqa: S105 - opens nothing


class Time:
    """A clock that moves when it is slept on, and by `step_s` when it is looked at."""

    def __init__(self, step_s: float = 0.0) -> None:
        self.seconds, self.step_s = 0.0, step_s
        self.slept: list[float] = []

    def clock(self) -> float:
        self.seconds += self.step_s
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds

    def now(self) -> dt.datetime:
        return START + dt.timedelta(seconds=self.seconds)


@pytest.fixture
def time() -> Time:
    return Time()


def client(folder: Path, time: Time, **options: Any) -> Client:
    limits = Limits(**options.pop("limits", {}))
    return Client(Cache(folder), limits=limits, clock=time.clock, sleep=time.sleep, now=time.now, **options)


def csv(url: str, **options: Any) -> Request:
    return Request("ev_counts", url, CSV, **options)


def archive(text: bytes = TEXT) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as file:
        file.writestr(zipfile.ZipInfo("stops.txt"), text)
    return memory.getvalue()


def kept(folder: Path) -> str:
    """All text that the cache wrote about what it holds."""
    return "".join(p.read_text() for p in folder.rglob("*.json"))


def test_a_file_lies_under_the_checksum_of_its_content(web: Web, time: Time, tmp_path: Path) -> None:
    found = client(tmp_path, time).get(csv(web.give("/a/ev counts.csv", TEXT, "text/csv")))
    digest = hashlib.sha256(TEXT).hexdigest()
    assert found.path == tmp_path / "objects" / digest / "ev_counts.csv"
    assert (found.path.read_bytes(), found.sha256, found.fetched_at) == (TEXT, digest, START)
    assert web.asked[0].headers["user-agent"].startswith("ev-charging-planner/")
    assert not list((tmp_path / "parts").glob("*.part"))


def test_a_fresh_copy_is_used_unasked_an_older_one_is_asked_for(web: Web, time: Time, tmp_path: Path) -> None:
    def rule(asked: Any) -> Answer:
        if asked.headers.get("if-none-match") == '"1"':
            return Answer(status=304, headers={"ETag": '"1"'})
        return Answer(TEXT, headers={**CSV_KIND, "ETag": '"1"'})

    web.rules["/ev.csv"] = rule
    request = csv(web.url("/ev.csv"))
    first = client(tmp_path, time).get(request)
    assert client(tmp_path, time).get(request) == first
    assert len(web.asked) == 1
    time.seconds += 86_401
    again = client(tmp_path, time).get(request)
    assert len(web.asked) == 2
    assert (again.path, again.fetched_at) == (first.path, time.now())
    assert client(tmp_path, time, is_refreshing=True).get(request).sha256 == first.sha256
    assert len(web.asked) == 3


def test_last_modified_serves_where_there_is_no_etag(web: Web, time: Time, tmp_path: Path) -> None:
    when = "Tue, 01 Sep 2026 00:00:00 GMT"
    url = web.give("/ev.csv", TEXT, "text/csv", Last_Modified=when)
    client(tmp_path, time).get(csv(url))
    web.rules["/ev.csv"] = lambda asked: Answer(
        status=304 if asked.headers.get("if-modified-since") == when else 500
    )
    assert client(tmp_path, time, is_refreshing=True).get(csv(url)).last_modified == when


def test_new_content_keeps_the_former_file(web: Web, time: Time, tmp_path: Path) -> None:
    url = web.give("/ev.csv", TEXT, "text/csv", ETag='"1"')
    first = client(tmp_path, time).get(csv(url))
    web.give("/ev.csv", TEXT + b"N2M,4\n", "text/csv", ETag='"2"')
    second = client(tmp_path, time, is_refreshing=True).get(csv(url))
    assert second.sha256 != first.sha256
    assert first.path.read_bytes() == TEXT


def test_a_damaged_copy_is_fetched_again(web: Web, time: Time, tmp_path: Path) -> None:
    url = web.give("/ev.csv", TEXT, "text/csv", ETag='"1"')
    found = client(tmp_path, time).get(csv(url))
    found.path.write_bytes(b"rot")
    assert client(tmp_path, time).get(csv(url)).path.read_bytes() == TEXT


def test_offline_takes_the_copy_and_says_how_old(web: Web, time: Time, tmp_path: Path) -> None:
    url = web.give("/ev.csv", TEXT, "text/csv")
    client(tmp_path, time).get(csv(url))
    time.seconds += 3 * 86_400 + 60
    found = client(tmp_path, time, is_offline=True).get(csv(url))
    assert found.note == "ev.csv is the copy of 2026-11-23, 3 days old: the load was offline."
    assert len(web.asked) == 1
    with pytest.raises(FetchError, match=r"ev_counts: http://127.*other.csv is not in the cache") as caught:
        client(tmp_path, time, is_offline=True).get(csv(web.url("/other.csv")))
    assert caught.value.exit_code == 6
    assert "without --offline" in caught.value.hint


@pytest.mark.parametrize(
    ("status", "pauses"),
    [(408, [2, 4]), (429, [30, 30]), (500, [2, 4]), (502, [2, 4]), (503, [2, 4]), (504, [2, 4])],
)
def test_a_busy_server_is_asked_again_with_growing_pauses(
    status: int, pauses: list[float], web: Web, time: Time, tmp_path: Path
) -> None:
    url = web.follow("/ev.csv", Answer(status=status), Answer(status=status), Answer(TEXT, headers=CSV_KIND))
    assert client(tmp_path, time).get(csv(url)).path.read_bytes() == TEXT
    assert time.slept == pauses


def test_retry_after_is_obeyed(web: Web, time: Time, tmp_path: Path) -> None:
    url = web.follow(
        "/ev.csv", Answer(status=429, headers={"Retry-After": "77"}), Answer(TEXT, headers=CSV_KIND)
    )
    client(tmp_path, time).get(csv(url))
    assert time.slept == [77]


def test_a_server_that_asks_for_more_patience_than_there_is(web: Web, time: Time, tmp_path: Path) -> None:
    url = web.follow("/ev.csv", Answer(status=429, headers={"Retry-After": "7200"}))
    with pytest.raises(FetchError, match=r"tried once: the server answered 429 .*asks to wait 7,200 s"):
        client(tmp_path, time).get(csv(url))
    assert time.slept == []


def test_retry_after_may_be_a_date() -> None:
    assert retry_after_s("Fri, 01 Jan 1999 00:00:00 GMT") == 0
    assert retry_after_s("soon") is None
    assert retry_after_s(None) is None


def test_attempts_come_to_an_end(web: Web, time: Time, tmp_path: Path) -> None:
    url = web.follow("/ev.csv", Answer(status=500))
    with pytest.raises(FetchError, match="tried 6 times: the server answered 500"):
        client(tmp_path, time).get(csv(url))
    assert time.slept == [2, 4, 8, 16, 32]
    assert kept(tmp_path) == ""


def test_the_total_time_counts_pauses(web: Web, time: Time, tmp_path: Path) -> None:
    url = web.follow("/ev.csv", Answer(status=500))
    with pytest.raises(FetchError, match="tried 3 times"):
        client(tmp_path, time, limits={"total_s": 10}).get(csv(url))


def test_a_dripping_server_runs_out_of_time(web: Web, tmp_path: Path) -> None:
    url = web.follow("/ev.csv", Answer(drip=True, headers=CSV_KIND))
    time = Time(step_s=1)
    with pytest.raises(FetchError, match=r"was not complete after 20 s") as caught:
        client(tmp_path, time, limits={"total_s": 20}).get(csv(url))
    assert "resumed if the server supports it" in caught.value.hint


def test_a_silent_server_is_left(web: Web, time: Time, tmp_path: Path) -> None:
    url = web.follow("/ev.csv", Answer(TEXT, headers={**CSV_KIND, "Content-Length": "100"}))
    with pytest.raises(FetchError, match=r"tried 2 times: .*(timed out|Timeout)"):
        client(tmp_path, time, limits={"silence_s": 0.1, "attempt_count": 2}).get(csv(url))


def test_nobody_answers(time: Time, tmp_path: Path) -> None:
    with serving() as gone:
        url = gone.url("/ev.csv")
    with pytest.raises(FetchError, match=r"tried 6 times: .*refused"):
        client(tmp_path, time).get(csv(url))


def test_a_download_that_was_cut_goes_on_where_it_stopped(web: Web, time: Time, tmp_path: Path) -> None:
    body = archive(bytes(range(256)) * 40)
    web.rules["/feed.zip"] = ranged(body, '"v1"', cut_first=5000)
    found = client(tmp_path, time).get(Request("transit", web.url("/feed.zip"), ZIP))
    assert found.path.read_bytes() == body
    assert [asked.headers.get("range") for asked in web.asked] == [None, "bytes=5000-"]


def test_the_next_load_goes_on_too(web: Web, time: Time, tmp_path: Path) -> None:
    body = archive(bytes(range(256)) * 40)
    request = Request("transit", web.url("/feed.zip"), ZIP)
    web.rules["/feed.zip"] = ranged(body, '"v1"', cut_first=5000)
    with pytest.raises(FetchError, match="tried once"):
        client(tmp_path, time, limits={"attempt_count": 1}).get(request)
    assert client(tmp_path, time).get(request).path.read_bytes() == body
    assert web.asked[-1].headers["range"] == "bytes=5000-"


def test_another_version_begins_anew(web: Web, time: Time, tmp_path: Path) -> None:
    body = archive(b"second version" * 900)
    first = Answer(archive(bytes(range(256)) * 40), headers={"ETag": '"v1"'}, cut_at=5000)
    rule = ranged(body, '"v2"')
    web.rules["/feed.zip"] = lambda asked: first if len(web.asked) == 1 else rule(asked)
    found = client(tmp_path, time).get(Request("transit", web.url("/feed.zip"), ZIP))
    assert found.path.read_bytes() == body
    assert web.asked[1].headers["if-range"] == '"v1"'


def test_a_server_that_ignores_ranges_sends_all_again(web: Web, time: Time, tmp_path: Path) -> None:
    body = archive(bytes(range(256)) * 40)
    whole = Answer(body, headers={"ETag": '"v1"'})
    url = web.follow("/feed.zip", Answer(body, headers={"ETag": '"v1"'}, cut_at=5000), whole)
    assert client(tmp_path, time).get(Request("transit", url, ZIP)).path.read_bytes() == body


@pytest.mark.parametrize(
    "odd", [Answer(b"x", 206, {"Content-Range": "bytes 7-7/9"}), Answer(b"", 206), Answer(b"", 416)]
)
def test_a_wrong_range_begins_anew(odd: Answer, web: Web, time: Time, tmp_path: Path) -> None:
    body = archive(bytes(range(256)) * 40)
    cut = Answer(body, headers={"ETag": '"v1"'}, cut_at=5000)
    url = web.follow("/feed.zip", cut, odd, Answer(body))
    assert client(tmp_path, time).get(Request("transit", url, ZIP)).path.read_bytes() == body
    assert "range" not in web.asked[2].headers


@pytest.mark.parametrize("etag", [None, 'W/"v1"'])
def test_without_a_strong_mark_nothing_is_continued(
    etag: str | None, web: Web, time: Time, tmp_path: Path
) -> None:
    headers = {"ETag": etag} if etag else {}
    url = web.follow(
        "/ev.csv", Answer(TEXT, headers=CSV_KIND | headers, cut_at=3), Answer(TEXT, headers=CSV_KIND)
    )
    assert client(tmp_path, time).get(csv(url)).path.read_bytes() == TEXT
    assert "range" not in web.asked[1].headers


def test_two_loads_do_not_write_one_download(web: Web, time: Time, tmp_path: Path) -> None:
    request = csv(web.give("/ev.csv", TEXT, "text/csv"))
    with Cache(tmp_path).open_part(request.key), pytest.raises(FetchError, match="by another process"):
        client(tmp_path, time).get(request)
    assert client(tmp_path, time).get(request).path.exists()


@pytest.mark.parametrize(
    ("answer", "form", "said"),
    [
        (Answer(b"<!DOCTYPE html><title>Down for\n maintenance</title>", headers=CSV_KIND), CSV, r"a web page \(Down for maintenance\)"),
        (Answer(b"<html><body>Sign in</body></html>", headers={"Content-Type": "text/html; charset=utf-8"}), CSV, "answered with text/html where CSV"),
        (Answer(b"\n <html>", headers={"Content-Type": "application/zip"}), ZIP, "a web page"),
        (Answer(b"\x89PNG", headers={"Content-Type": "image/png"}), CSV, "answered with image/png"),
        (Answer(b"{}", headers={"Content-Type": "application/json"}), CSV, "answered with application/json"),
        (Answer(b"a,b\n", headers={"Content-Type": "application/zip"}), ZIP, "did not answer with a ZIP archive; it begins with"),
        (Answer(b"a,b\n", headers=CSV_KIND), JSON, "did not answer with JSON"),
        (Answer(b"PK\x03\x04", headers={"Content-Type": "application/zip"}), PBF, "did not answer with an OpenStreetMap extract"),
        (Answer(b"", headers=CSV_KIND), CSV, "sent an empty answer"),
        (Answer(b"[1, 2", headers={"Content-Type": "application/json"}), JSON, "cut short"),
        (Answer(archive()[:-9], headers={"Content-Type": "application/zip"}), ZIP, "cut short"),
        (Answer(b"no", status=403), CSV, "status 403"),
        (Answer(b"no", status=404), CSV, "status 404"),
        (Answer(b"no", status=204), CSV, "status 204"),
    ],
)  # fmt: skip
def test_what_is_not_what_was_asked_for(  # noqa: PLR0917 - three parameters, three fixtures
    answer: Answer, form: Any, said: str, web: Web, time: Time, tmp_path: Path
) -> None:
    good = web.give("/x", b"[1]" if form is JSON else archive() if form is ZIP else TEXT)
    if form is not PBF:
        client(tmp_path, time).get(Request("thing", good, form))
    before = kept(tmp_path)
    web.follow("/x", answer)
    with pytest.raises(FetchError, match=rf"^thing: http://127.0.0.1:\d+/x .*{said}") as caught:
        client(tmp_path, time, is_refreshing=True).get(Request("thing", good, form))
    assert caught.value.hint
    assert kept(tmp_path) == before
    assert not list((tmp_path / "parts").glob("*.part"))
    assert time.slept == []


def test_a_circle_of_redirects(web: Web, time: Time, tmp_path: Path) -> None:
    web.rules["/a"] = lambda _: Answer(status=302, headers={"Location": "/b"})
    web.rules["/b"] = lambda _: Answer(status=302, headers={"Location": "/a"})
    with pytest.raises(FetchError, match="redirects in a circle, or more than 5 times"):
        client(tmp_path, time).get(csv(web.url("/a")))
    assert len(web.asked) == 6


def test_a_redirect_out_of_the_web_is_refused(web: Web, time: Time, tmp_path: Path) -> None:
    web.rules["/a"] = lambda _: Answer(status=302, headers={"Location": "file:///etc/passwd"})
    with pytest.raises(FetchError, match="is not a usable address"):
        client(tmp_path, time).get(csv(web.url("/a")))


@pytest.mark.parametrize("form", [JSON, CSV])
def test_a_gzip_bomb_is_counted_unpacked(form: Any, web: Web, time: Time, tmp_path: Path) -> None:
    bomb = gzip.compress(b"[" + b" " * 30_000_000, 9, mtime=0)
    assert len(bomb) < 40_000
    url = web.give("/bomb", bomb, form.types[0], Content_Encoding="gzip")
    with pytest.raises(FetchError, match="larger than 1,000,000 bytes when unpacked"):
        client(tmp_path, time, limits={"size_max_bytes": 1_000_000}).get(Request("thing", url, form))
    assert sum(p.stat().st_size for p in tmp_path.rglob("*") if p.is_file()) < 1000


def test_compressed_answers_are_unpacked(web: Web, time: Time, tmp_path: Path) -> None:
    url = web.give(
        "/x.json", gzip.compress(b'{"a": 1}', mtime=0), "application/json", Content_Encoding="gzip"
    )
    assert json.loads(client(tmp_path, time).get(Request("thing", url, JSON)).path.read_bytes()) == {"a": 1}


def test_broken_compression_is_a_sentence(web: Web, time: Time, tmp_path: Path) -> None:
    url = web.give("/x.json", b"not gzip at all", "application/json", Content_Encoding="gzip")
    with pytest.raises(FetchError, match="could not be fetched, tried 6 times"):
        client(tmp_path, time).get(Request("thing", url, JSON))


def test_chunks_that_break_off_are_fetched_again(web: Web, time: Time, tmp_path: Path) -> None:
    chunked = CSV_KIND | {"Transfer-Encoding": "chunked"}
    url = web.follow("/ev.csv", Answer(b"5\r\nFSA,B", headers=chunked), Answer(TEXT, headers=CSV_KIND))
    assert client(tmp_path, time).get(csv(url)).path.read_bytes() == TEXT


def test_a_key_is_sent_and_never_shown(web: Web, time: Time, tmp_path: Path) -> None:
    web.follow("/poi", Answer(b"no", status=500), Answer(b"no", status=403))
    request = csv(web.url("/poi"), api_key=SECRET, params={"api_key": SECRET, "state": "ON"})
    with pytest.raises(FetchError) as caught:
        client(tmp_path, time).get(request)
    assert web.asked[0].headers["x-api-key"] == SECRET
    assert SECRET not in caught.value.message + caught.value.hint
    assert "state=ON" in caught.value.message
    web.give("/poi", TEXT, "text/csv")
    found = client(tmp_path, time).get(request)
    assert SECRET not in found.url + kept(tmp_path) + str(list(tmp_path.rglob("*")))


def test_a_key_does_not_follow_to_another_host(web: Web, time: Time, tmp_path: Path) -> None:
    with serving() as other:
        other.give("/poi", TEXT, "text/csv")
        elsewhere = other.url("/poi").replace("127.0.0.1", "localhost")
        web.rules["/poi"] = lambda _: Answer(status=302, headers={"Location": elsewhere})
        client(tmp_path, time).get(csv(web.url("/poi"), api_key=SECRET))
        assert "x-api-key" in web.asked[0].headers
        assert "x-api-key" not in other.asked[0].headers


def test_a_failing_connection_does_not_tell_the_key(time: Time, tmp_path: Path) -> None:
    with serving() as gone:
        url = gone.url(f"/poi?api_key={SECRET}")
    with pytest.raises(FetchError) as caught:
        client(tmp_path, time).get(csv(url))
    assert SECRET not in caught.value.message


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/a.csv",
        "data/a.csv",
        "file:///a.csv",
        "https://\u0100:x@h/a",
        "http://",
        "http://[::1",
    ],
)
def test_only_the_web_is_asked(url: str, time: Time, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"not an http or https address|cannot be used"):
        client(tmp_path, time).get(csv(url))


def test_a_cache_that_cannot_be_written(web: Web, time: Time, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(FetchError, match="cannot be written"):
        client(tmp_path / "file", time).get(csv(web.give("/ev.csv", TEXT, "text/csv")))


def test_progress_is_told_in_bytes(web: Web, time: Time, tmp_path: Path) -> None:
    told: list[Any] = []

    def watch(name: str, total: int | None) -> Any:
        told.append((name, total))
        return told.append

    client(tmp_path, time, watch=watch).get(csv(web.give("/ev.csv", TEXT, "text/csv")))
    assert told[0] == ("ev.csv", len(TEXT))
    assert sum(told[1:]) == len(TEXT)


@pytest.mark.parametrize(
    ("path", "body", "name"),
    [
        ("/staticfeeds/1", archive(), "thing_1.zip"),
        ("/GetFile.cfm?GEONO=006", archive(), "thing_GetFile.cfm.zip"),
        ("/export", b'{"a": 1}', "thing_export.json"),
        ("/data", TEXT, "thing_data.csv"),
        ("/x.osm.pbf", b"\x00\x00\x00\x0e\x0a\x09OSMHeader", "x.osm.pbf"),
    ],
)
def test_a_name_says_what_the_file_is(  # noqa: PLR0917 - three parameters, three fixtures
    path: str, body: bytes, name: str, web: Web, time: Time, tmp_path: Path
) -> None:
    web.give(path.partition("?")[0], body)
    assert client(tmp_path, time).get(Request("thing", web.url(path))).name == name


def test_the_server_may_name_the_file(web: Web, time: Time, tmp_path: Path) -> None:
    url = web.give("/1", archive(), Content_Disposition='attachment; filename="../GRT.zip"')
    assert client(tmp_path, time).get(Request("thing", url)).name == "GRT.zip"


@given(st.text(max_size=60))
def test_any_name_is_safe_for_a_file(text: str) -> None:
    name = safe_file_name(text)
    assert re.fullmatch(r"[A-Za-z0-9._-]{1,100}", name)
    assert not name.startswith(".")


@given(
    st.text(alphabet=string.ascii_letters + string.digits, min_size=8, max_size=20),
    st.sampled_from(["api_key", "KEY", "token", "access_token", "X-Secret", "sig", "password"]),
)
def test_no_address_shows_a_key(secret: str, name: str) -> None:
    assume(secret != name)  # the name of a parameter stays
    url = str(Request("x", f"https://me:{secret}@host/path", params={name: secret, "a": "b"}).key)
    assert secret not in redact_url(url)


def test_downloads_are_drawn_on_a_terminal_only() -> None:
    console = Console(file=io.StringIO(), force_terminal=True)
    bars = Bar(console=console)
    steps = Steps(console, Bar(console=console), bars)
    told = steps.download("[bold]a.zip", 10)
    told(4)
    told(6)
    assert [(task.completed, task.total, task.description) for task in bars.tasks] == [
        (10, 10, "\\[bold]a.zip")
    ]
    steps.download("b.zip", None)
    assert [task.description for task in bars.tasks] == ["b.zip"]
    plain = Console(file=io.StringIO())
    Steps(plain).download("a.zip", 10)(10)
    assert plain.file.getvalue() == ""  # type: ignore[attr-defined]


def test_names_and_addresses_as_they_are_kept() -> None:
    assert redact_url("https://me:pw@host:8/p?Api_Key=1&q=a b#f") == "https://host:8/p?Api_Key=...&q=a+b"
    assert safe_file_name("../../etc/pass wd") == "pass_wd"
    assert safe_file_name("..") == "file"


def test_a_file_is_a_file(web: Web, time: Time, tmp_path: Path) -> None:
    found = client(tmp_path, time).get(Request("thing", web.give("/x.bin", b"\x00\x01"), ANY))
    assert found.path.read_bytes() == b"\x00\x01"
