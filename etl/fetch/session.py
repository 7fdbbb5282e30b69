"""The HTTP session: its user agent, few redirects, and no key to another host."""

from __future__ import annotations

import string
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.ssl_ import create_urllib3_context

from db.environment import setting
from etl.fetch.cache import redact_url

MAINTAINERS = "maintainers@users.noreply.r-seed-9ca98419.example"
_PLAIN = frozenset(string.ascii_letters + string.digits + " @.:/+_-~?=&#%,")
KEY_HEADER = "X-API-Key"


def user_agent() -> str:
    """Return the user agent of this program: its name and version, and a contact.

    The contact is `CONTACT`, an e-mail address or web page of the person who runs it; by default, that of the
    maintainers.
    """
    try:
        number = version("ev-charging-planner")
    except PackageNotFoundError:
        number = "0"
    contact = "".join(c for c in setting("CONTACT") or MAINTAINERS if c in _PLAIN)[:200]
    return f"ev-charging-planner/{number} (planning of charging stations; contact: {contact})"


class _OldServerAdapter(HTTPAdapter):
    """Uses TLS at a lower security level of OpenSSL; certificate and host name are still verified."""

    def __init__(self, level: int) -> None:
        self._ciphers = f"DEFAULT@SECLEVEL={level}"
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Create the connection pool with the lower security level."""
        kwargs["ssl_context"] = create_urllib3_context(ciphers=self._ciphers)
        super().init_poolmanager(*args, **kwargs)

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        """Create the connection pool of a proxy with the lower security level."""
        kwargs["ssl_context"] = create_urllib3_context(ciphers=self._ciphers)
        return super().proxy_manager_for(*args, **kwargs)


class Session(requests.Session):
    """A session that drops the API key when a redirect leaves the host."""

    def __init__(self, redirect_count: int) -> None:
        super().__init__()
        self.max_redirects = redirect_count
        self.headers["User-Agent"] = user_agent()

    def set_tls_level(self, url: str, level: int) -> None:
        """Use security level `level` of OpenSSL for the host of `url`, and for no other."""
        parts = urlsplit(url)
        if parts.scheme == "https":
            self.mount(f"https://{parts.netloc.rsplit('@', 1)[-1]}/", _OldServerAdapter(level))

    def rebuild_auth(self, prepared_request: requests.PreparedRequest, response: requests.Response) -> None:
        """Drop authentication and the API key when the host changes."""
        super().rebuild_auth(prepared_request, response)
        before, after = response.request.url, prepared_request.url
        if before and after and self.should_strip_auth(before, after):
            prepared_request.headers.pop(KEY_HEADER, None)


def describe_error(error: Exception) -> str:
    """Return why a request failed; addresses in the text are redacted."""
    root: BaseException = error
    while (inner := root.__cause__ or root.__context__) is not None:
        root = inner
    text = str(getattr(root, "reason", None) or root) or type(root).__name__
    if "http" in text:
        text = " ".join(redact_url(word) if word.startswith("http") else word for word in text.split())
    return f"{type(root).__name__}: {text[:160]}" if text else type(root).__name__
