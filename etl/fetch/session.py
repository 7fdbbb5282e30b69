"""The session of requests: who we are, few redirects, and no key to another host."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

import requests

from etl.fetch.cache import shown

SECRET_HEADERS = ("X-API-Key", "X-Api-Key")


def user_agent() -> str:
    """Return how we introduce ourselves."""
    try:
        number = version("ev-charging-planner")
    except PackageNotFoundError:
        number = "0"
    return (
        f"ev-charging-planner/{number} (planning of charging stations; {requests.utils.default_user_agent()})"
    )


class Session(requests.Session):
    """A session that drops keys where a redirect leaves the host."""

    def __init__(self, redirect_count: int) -> None:
        super().__init__()
        self.max_redirects = redirect_count
        self.headers["User-Agent"] = user_agent()

    def rebuild_auth(self, prepared_request: requests.PreparedRequest, response: requests.Response) -> None:
        """Drop authentication, and our keys too, where the host changes."""
        super().rebuild_auth(prepared_request, response)
        before, after = response.request.url, prepared_request.url
        if before and after and self.should_strip_auth(before, after):
            for name in SECRET_HEADERS:
                prepared_request.headers.pop(name, None)


def words(error: Exception) -> str:
    """Return why a request failed, in words without keys: addresses inside are cut to what may be shown."""
    root: BaseException = error
    while (inner := root.__cause__ or root.__context__) is not None:
        root = inner
    text = str(getattr(root, "reason", None) or root) or type(root).__name__
    if "http" in text:
        text = " ".join(shown(word) if word.startswith("http") else word for word in text.split())
    return f"{type(root).__name__}: {text[:160]}" if text else type(root).__name__
