"""The session of requests: who we are, few redirects, and no key to another host."""

from __future__ import annotations

import string
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.ssl_ import create_urllib3_context

from db.connection import setting
from etl.fetch.cache import shown

MAINTAINERS = "maintainers@users.noreply.r-seed-9ca98419.example"
_PLAIN = frozenset(string.ascii_letters + string.digits + " @.:/+_-~?=&#%,")
KEY_HEADER = "X-API-Key"


def user_agent() -> str:
    """Return how this program introduces itself: its own name, no library's, and whom to write to.

    `CONTACT` names the person who runs it, by an e-mail address or a page; else the maintainers are named.
    """
    try:
        number = version("ev-charging-planner")
    except PackageNotFoundError:
        number = "0"
    contact = "".join(c for c in setting("CONTACT") or MAINTAINERS if c in _PLAIN)[:200]
    return f"ev-charging-planner/{number} (planning of charging stations; contact: {contact})"


class _OldServerAdapter(HTTPAdapter):
    """Speaks TLS at a lower security level of OpenSSL; certificate and host name are verified as ever."""

    def __init__(self, level: int) -> None:
        self._ciphers = f"DEFAULT@SECLEVEL={level}"
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pool of connections, with a context of its own."""
        kwargs["ssl_context"] = create_urllib3_context(ciphers=self._ciphers)
        super().init_poolmanager(*args, **kwargs)

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        """Make the pool of connections through a proxy, with a context of its own."""
        kwargs["ssl_context"] = create_urllib3_context(ciphers=self._ciphers)
        return super().proxy_manager_for(*args, **kwargs)


class Session(requests.Session):
    """A session that drops keys where a redirect leaves the host."""

    def __init__(self, redirect_count: int) -> None:
        super().__init__()
        self.max_redirects = redirect_count
        self.headers["User-Agent"] = user_agent()

    def lower_tls(self, url: str, level: int) -> None:
        """Speak TLS at security level `level` of OpenSSL with the host of `url`, and with no other."""
        parts = urlsplit(url)
        if parts.scheme == "https":
            self.mount(f"https://{parts.netloc.rsplit('@', 1)[-1]}/", _OldServerAdapter(level))

    def rebuild_auth(self, prepared_request: requests.PreparedRequest, response: requests.Response) -> None:
        """Drop authentication, and our keys too, where the host changes."""
        super().rebuild_auth(prepared_request, response)
        before, after = response.request.url, prepared_request.url
        if before and after and self.should_strip_auth(before, after):
            prepared_request.headers.pop(KEY_HEADER, None)


def words(error: Exception) -> str:
    """Return why a request failed, in words without keys: addresses inside are cut to what may be shown."""
    root: BaseException = error
    while (inner := root.__cause__ or root.__context__) is not None:
        root = inner
    text = str(getattr(root, "reason", None) or root) or type(root).__name__
    if "http" in text:
        text = " ".join(shown(word) if word.startswith("http") else word for word in text.split())
    return f"{type(root).__name__}: {text[:160]}" if text else type(root).__name__
