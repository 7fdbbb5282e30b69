"""What will not pass is not tried again, and is named; what may pass is; the next address stands in."""

from __future__ import annotations

import re
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import urllib3.exceptions as u3

from db.common.errors import FetchError, UsageError
from etl.fetch import fault, services
from etl.fetch.cache import Cache, LocalError
from etl.fetch.client import Client
from etl.fetch.content import ANY, CSV
from etl.fetch.osm import change_osmnx_settings
from etl.fetch.request import Request
from etl.fetch.retry import Limits
from etl.fetch.session import user_agent
from etl.loading.find import find_files
from etl.region.file import read_region
from tests.support.live_town import quick
from tests.support.tls import answer_file, certificate, plain_tls_server, short_key_server
from tests.support.toy_town.build import write_sources
from tests.support.web import Answer, Web, serving

TEXT = b"x,y\n1,2\n"
# By hand: what is worth another try.
PASSES = {
    "ConnectionError", "Timeout", "ConnectTimeout", "ReadTimeout", "ChunkedEncodingError", "ContentDecodingError",
    "TimeoutError", "ReadTimeoutError", "ConnectTimeoutError", "NewConnectionError", "ProtocolError",
    "IncompleteRead", "InvalidChunkLength", "DecodeError", "ResponseError", "ResponseNotChunked", "HeaderParsingError",
    "PoolError", "EmptyPoolError", "FullPoolError", "MaxRetryError", "RequestError",
}  # fmt: skip


@pytest.fixture
def client(tmp_path: Path, slept: list[float]) -> Client:
    return Client(Cache(tmp_path / "cache"), limits=Limits(), sleep=slept.append)


def subclasses(known: type[Exception]) -> set[type[Exception]]:
    return {known}.union(*(subclasses(one) for one in known.__subclasses__()))


def test_every_exception_of_the_client_is_said_to_pass_or_not() -> None:
    every = subclasses(requests.RequestException) | subclasses(u3.HTTPError)
    own = {one for one in every if one.__module__.startswith(("requests.", "urllib3."))}
    bases = {requests.RequestException, u3.HTTPError}
    assert len(own) > 45
    for one in own - bases:
        known, passes = next(rule for rule in fault.IS_TRANSIENT if issubclass(one, rule[0]))
        assert known not in bases or one.__name__ in {"RequestError", "MaxRetryError"}, one
        assert passes is (one.__name__ in PASSES), one


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (requests.exceptions.InvalidHeader("value 'k-secret\\n'"), "a header cannot be sent"),
        (requests.exceptions.InvalidSchema("Missing dependencies for SOCKS support."), "the proxy that is set"),
        (requests.exceptions.InvalidProxyURL("Please check proxy URL."), "the proxy that is set"),
        (u3.LocationParseError("a" * 70), "is not a usable address"),
        (requests.ConnectionError(u3.MaxRetryError(None, "/", socket.gaierror(-2, "x"))), "host name h cannot be resolved"),  # type: ignore[arg-type]
        (requests.exceptions.SSLError(ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] x")), "TLS with h fails"),
    ],
)  # fmt: skip
def test_what_does_not_pass_is_named(error: Exception, said: str) -> None:
    found = fault.classify_error(error, "thing: http://h/x", "h")
    assert isinstance(found, FetchError)
    assert said in found.message
    assert "secret" not in found.message
    assert found.hint


@pytest.mark.parametrize(
    "error",
    [
        requests.exceptions.SSLError(ssl.SSLEOFError(8, "EOF occurred in violation of protocol")),
        requests.ConnectionError(u3.ProtocolError("Connection aborted.", ConnectionResetError(104, "reset"))),
        requests.ReadTimeout("Read timed out."),
        u3.IncompleteRead(3, 5),
    ],
)
def test_what_was_cut_off_may_pass(error: Exception) -> None:
    assert isinstance(fault.classify_error(error, "thing", "h"), fault.TransientError)


def test_a_name_that_does_not_exist_is_asked_for_once(client: Client, slept: list[float]) -> None:
    with pytest.raises(FetchError, match=r"host name no-such-host\.invalid cannot be resolved"):
        client.get(Request("thing", "https://no-such-host.invalid/a.csv", CSV))
    assert slept == []


def test_a_proxy_is_named_without_its_password(
    client: Client, slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving() as gone:
        port = gone.address.rsplit(":", 1)[-1]
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, f"http://me:sesame@127.0.0.1:{port}")
    with pytest.raises(FetchError, match="the proxy that is set cannot be used") as caught:
        client.get(Request("thing", "https://example.org/a.csv", CSV))
    assert "HTTPS_PROXY" in caught.value.hint
    assert "sesame" not in caught.value.message
    assert slept == []


def test_certificates_of_authorities_that_are_not_there(
    client: Client, monkeypatch: pytest.MonkeyPatch, slept: list[float]
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/ca.pem")
    with pytest.raises(LocalError, match=r"/nowhere/ca\.pem") as caught:
        client.get(Request("thing", "https://localhost:1/a.csv", CSV))
    assert "REQUESTS_CA_BUNDLE" in caught.value.hint
    assert slept == []


@pytest.mark.parametrize(("name", "said"), [("localhost", "self-signed"), ("elsewhere.example", "")])
def test_a_certificate_that_is_not_accepted(
    name: str, said: str, tmp_path: Path, client: Client, *, slept: list[float]
) -> None:
    cert, key = certificate(tmp_path, name=name)
    answer_file(tmp_path, "a.csv", TEXT, "text/csv")
    with (
        plain_tls_server(tmp_path, cert, key) as url,
        pytest.raises(FetchError, match=rf"the certificate of localhost is not accepted: {said}") as caught,
    ):
        client.get(Request("thing", f"{url}/a.csv", CSV))
    assert "REQUESTS_CA_BUNDLE" in caught.value.hint
    assert slept == []


@pytest.fixture
def old_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A host with a certificate that is accepted and a key of 1024 bits that is not."""
    cert, key = certificate(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(cert))
    answer_file(tmp_path, "a.csv", TEXT, "text/csv")
    with short_key_server(tmp_path, cert, key) as url:
        yield url


def test_a_short_key_is_not_tried_again_and_named(old_host: str, client: Client, slept: list[float]) -> None:
    with pytest.raises(FetchError, match=r"TLS with localhost fails: dh key too small") as caught:
        client.get(Request("transit", f"{old_host}/a.csv", CSV))
    assert "`tls_security_level = 1`" in caught.value.hint
    assert slept == []


def test_a_marked_host_is_asked_at_a_lower_level_and_still_verified(
    old_host: str, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.session.set_tls_level(f"{old_host}/x", 1)
    assert client.get(Request("transit", f"{old_host}/a.csv", CSV)).path.read_bytes() == TEXT
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    fresh = Client(Cache(tmp_path / "other"))
    fresh.session.set_tls_level(f"{old_host}/x", 1)
    with pytest.raises(FetchError, match="the certificate of localhost is not accepted"):
        fresh.get(Request("transit", f"{old_host}/a.csv", CSV))


def test_the_other_hosts_stay_at_their_level(client: Client) -> None:
    client.session.set_tls_level("https://old.example:8443/feed", 1)
    stock = client.session.get_adapter("https://x.example/")
    assert client.session.get_adapter("https://OLD.example:8443/a") is not stock
    for url in ("https://old.example/a", "https://old.example:84430/a", "https://old.example.evil/a"):
        assert client.session.get_adapter(url) is stock


NO_ROOM = """
import resource, sys
from pathlib import Path
from etl.fetch.cache import Cache
from etl.fetch.client import Client
from etl.fetch.request import Request

resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    Client(Cache(Path(sys.argv[2])), sleep=lambda s: print("slept")).get(Request("thing", sys.argv[1]))
except Exception as error:
    print(type(error).__name__, error.message, error.hint)
"""


def test_where_there_is_no_room_nothing_is_tried_again(web: Web, tmp_path: Path) -> None:
    """A process that may write files of 1,000 bytes stands for a disk that is full."""
    url = web.give("/a.bin", b"x" * 300_000)
    done = subprocess.run(
        [sys.executable, "-c", NO_ROOM, url, str(tmp_path / "cache")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert re.match(r"LocalError The cache .* cannot be written: File too large\. free space", done.stdout)
    assert len(web.asked) == 1


def test_who_we_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTACT", "me@town.example\r\nX-Other: 1")
    assert user_agent().endswith("contact: me@town.exampleX-Other: 1)")
    monkeypatch.delenv("CONTACT")
    assert re.search(r"contact: \S+@\S+\)$", user_agent())
    for name in ("requests", "urllib3", "python", "osmnx"):
        assert name not in user_agent().lower()
    import osmnx

    with change_osmnx_settings():
        assert osmnx.settings.http_user_agent == osmnx.settings.http_referer == user_agent()


@pytest.mark.parametrize(("status", "words"), [(403, ("key", "CONTACT", "mirror")), (406, ("user agent", "CONTACT", "mirror")), (429, ("key", "CONTACT", "mirror"))])  # fmt: skip
def test_hints_of_a_refusal_speak_of_agent_key_and_mirror(
    status: int, words: tuple[str, ...], web: Web, client: Client
) -> None:
    url = web.follow("/a.csv", Answer(b"<html>no</html>", status, {"Content-Type": "text/html"}))
    with pytest.raises(FetchError, match=str(status)) as caught:
        client.get(Request("thing", url, ANY))
    for word in words:
        assert word in caught.value.hint


def test_the_words_of_a_refusal_are_told(web: Web, client: Client) -> None:
    body = b'{"error": {"code": "X", "message": "An invalid\\tapi_key was supplied."}}'
    url = web.follow("/a.csv", Answer(body, 403, {"Content-Type": "application/json"}))
    with pytest.raises(FetchError, match=r"status 403 Forbidden: An invalid api_key was supplied\.$"):
        client.get(Request("thing", url, CSV))


@pytest.mark.parametrize(
    ("own", "after", "said"),
    [
        ("", None, r"429 .*: the public DEMO_KEY allows 30 requests an hour and 50 a day"),
        ("", "3600", r"tried once: .*429 .*30 requests an hour and 50 a day.*asks to wait 3,600 s"),
        ("mine", None, r"429 .*: the key in AFDC_API_KEY has used up"),
    ],
)
def test_an_hour_of_block_is_not_asked_again_in_a_minute(  # noqa: PLR0917 - three parameters, four fixtures
    own: str, after: str | None, said: str, web: Web, client: Client, slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setenv(services.AFDC_KEY, own)
    headers = {"Content-Type": "application/json"} | ({"Retry-After": after} if after else {})
    body = b'{"error": {"code": "OVER_RATE_LIMIT", "message": "You have exceeded your rate limit."}}'
    web.follow("/v1.csv", Answer(body, 429, headers))
    with pytest.raises(FetchError, match=said) as caught:
        services.fetch_afdc(client, web.url("/v1.csv?state=ON"))
    assert own or "set AFDC_API_KEY" in caught.value.hint
    assert (len(web.asked), slept) == (1, [])


def test_a_short_block_is_waited_for(web: Web, client: Client, slept: list[float]) -> None:
    good = Answer(b"Fuel Type Code,ID\nELEC,1\n", headers={"Content-Type": "text/csv"})
    web.follow("/v1.csv", Answer(b"", 429, {"Retry-After": "45"}), good)
    services.fetch_afdc(client, web.url("/v1.csv"))
    assert slept == [45]


# ---- addresses in order


def town(tmp_path: Path, afdc: str, extra: str = "") -> Path:
    """Return a region file of Toy Town's own files, with what is said of afdc."""
    files = write_sources(tmp_path / "files").parent
    path = files / "r.toml"
    path.write_text(
        '[region]\nname = "r"\ntitle = "R"\n[sources.boundary]\npath = "boundary.geojson"\n'
        '[sources.roads]\npath = "town.osm.pbf"\n[sources.population]\n'
        'loader = "points_csv"\npath = "people.csv"\ncolumns = {id = "key", lon = "lon", lat = "lat", '
        f'population = "people"}}\n[sources.afdc]\n{afdc}\n{extra}'
    )
    return path


def afdc_of(tmp_path: Path, afdc: str, extra: str = "") -> tuple[list[str], list[str]]:
    """Return the names of the files of afdc, and the notes."""
    finding = find_files(read_region(str(town(tmp_path, afdc, extra))), quick(tmp_path))
    return [f.name for f in finding.files if f.source_type.name == "afdc"], [
        text for _, text in finding.notes
    ]


def test_addresses_are_tried_in_order(web: Web, tmp_path: Path) -> None:
    web.give("/b.csv", TEXT, "text/csv")
    web.give("/c.csv", TEXT, "text/csv")
    urls = ", ".join(f'"{web.url(path)}"' for path in ("/a.csv", "/b.csv", "/c.csv"))
    names, notes = afdc_of(tmp_path, f"url = [{urls}]")
    assert names == ["b.csv"]
    (note,) = notes
    assert "/a.csv answered with status 404" in note
    assert note.endswith("Used instead: b.csv.")
    assert "/c.csv" not in web.paths()


def test_then_live_sources_together_then_each_fallback(web: Web, tmp_path: Path) -> None:
    for path in ("/one.csv", "/whole.csv"):
        web.give(path, TEXT, "text/csv")
    live = "".join(f'[[sources.afdc.live]]\nurl = "{web.url(path)}"\n' for path in ("/one.csv", "/two.csv"))
    other = "".join(
        f'[[sources.afdc.fallback]]\nurl = "{web.url(path)}"\nlicence = "other"\n'
        for path in ("/gone.csv", "/whole.csv")
    )
    names, notes = afdc_of(tmp_path, f'path = "no.csv"\n{live}{other}')
    assert names == ["whole.csv"], "half of what belongs together is nothing"
    assert len(notes) == 2
    web.give("/two.csv", TEXT, "text/csv")
    assert afdc_of(tmp_path / "b", f'path = "no.csv"\n{live}{other}') == (["one.csv", "two.csv"], [])


def test_an_optional_source_whose_addresses_all_fail_is_an_assumption(web: Web, tmp_path: Path) -> None:
    with serving() as gone:
        urls = f'["{web.url("/a.csv")}", "{gone.url("/b.csv")}"]'
    names, notes = afdc_of(tmp_path, f"url = {urls}\nis_optional = true")
    assert names == []
    assert len(notes) == 1
    assert "none of its 2 addresses can be used" in notes[0]
    assert notes[0].endswith("The source is optional and left out.")
    with pytest.raises(FetchError, match=r"^afdc: none of its 2 addresses can be used: .*404.*; .*refused"):
        afdc_of(tmp_path / "b", f"url = {urls}")


def test_a_fault_of_this_machine_is_no_reason_to_go_on(web: Web, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("in the way")
    web.give("/a.csv", TEXT, "text/csv")
    with pytest.raises(LocalError, match="cannot be written"):
        afdc_of(tmp_path, f'url = ["{web.url("/a.csv")}", "{web.url("/b.csv")}"]\nis_optional = true')


def test_a_marked_host_is_said_in_the_notes(old_host: str, tmp_path: Path) -> None:
    names, notes = afdc_of(tmp_path, f'url = "{old_host}/a.csv"\ntls_security_level = 1')
    assert names == ["a.csv"]
    assert notes == [
        "localhost is contacted at TLS security level 1, as the region file says; its certificate is verified."
    ]


def test_without_a_mark_the_next_address_is_asked(old_host: str, web: Web, tmp_path: Path) -> None:
    names, notes = afdc_of(tmp_path, f'url = ["{old_host}/a.csv", "{web.give("/b.csv", TEXT, "text/csv")}"]')
    assert names == ["b.csv"]
    assert "DH_KEY_TOO_SMALL" in notes[0]


@pytest.mark.parametrize(
    ("afdc", "said"),
    [
        ("url = []", "sources.afdc.url"),
        ("url = 5", "sources.afdc.url"),
        ('url = "https://h/"\ntls_security_level = 0', "sources.afdc.tls_security_level"),
        ('path = "x"\n[[sources.afdc.fallback]]\nuri = "y"', r"unknown key sources\.afdc\.fallback\.uri"),
        (
            'service = "overpass"\nurl = "https://h/"\ntls_security_level = 1',
            "does not go with service overpass",
        ),
    ],
)
def test_faults_of_addresses_in_a_region_file(afdc: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=said):
        read_region(str(town(tmp_path, afdc)))


def test_small_and_doubtful_sources_fail_before_large_ones_are_fetched(web: Web, tmp_path: Path) -> None:
    path = town(tmp_path, f'url = "{web.url("/gone.csv")}"')
    people = (path.parent / "people.csv").read_bytes()
    large = web.give("/people.csv", people, "text/csv")
    path.write_text(path.read_text().replace('path = "people.csv"', f'url = "{large}"'))
    with pytest.raises(FetchError, match=r"^afdc: .*404"):
        find_files(read_region(str(path)), quick(tmp_path))
    assert web.paths() == ["/gone.csv"]


def test_large_sources_are_checked_before_the_first_is_fetched(web: Web, tmp_path: Path) -> None:
    path = town(tmp_path, 'path = "afdc.csv"')
    people = (path.parent / "people.csv").read_bytes()
    large = web.give("/people.csv", people, "text/csv")
    text = path.read_text().replace('path = "people.csv"', f'url = "{large}"')
    roads = f'service = "extract"\nurl = "{web.url("/gone.osm.pbf")}"'
    path.write_text(text.replace('path = "town.osm.pbf"', roads))
    with pytest.raises(FetchError, match=r"^roads: .*gone\.osm\.pbf answered with status 404"):
        find_files(read_region(str(path)), quick(tmp_path))
    assert web.paths() == ["/people.csv", "/gone.osm.pbf"]
    assert not list((tmp_path / "cache").glob("objects/*"))
