"""What every request passes before anything is done: host, rate, session, origin, size."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from desk.keys import Bucket, Keys, Session, are_same

BODY_MAX = 256 * 1024
READS_PER_MIN, WISHES_PER_MIN, ENTRIES_PER_MIN = 1200, 60, 20
ENTER = "/enter"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:;"
    " worker-src blob:; child-src blob: 'self'; frame-src 'self'; connect-src 'self' blob: data:;"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Content-Security-Policy": _POLICY,
}


class Guard:
    """Answers what may not pass by itself; what passes has its session in `scope["state"]["session"]`.

    The cookie has the port in its name, as browsers give cookies of one port of a machine to all others.
    """

    def __init__(self, app: ASGIApp, *, keys: Keys, port: int) -> None:
        self.app, self._keys, self.cookie = app, keys, cookie_name(port)
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        self._reads, self._wishes = Bucket(READS_PER_MIN, 60), Bucket(WISHES_PER_MIN, 60)
        self._entries = Bucket(ENTRIES_PER_MIN, 60)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":  # nothing here speaks otherwise
            return
        headers = Headers(scope=scope)
        refused = self._refusal(scope, headers)
        if refused is not None:
            await refused(scope, receive, _with_headers(send))
            return
        if scope["method"] == "POST":
            body = await _read(receive)
            if body is None:
                await _refuse(413, "too_large")(scope, receive, _with_headers(send))
                return
            receive = _given(body, receive)
        await self.app(scope, receive, _with_headers(send))

    def _refusal(self, scope: Scope, headers: Headers) -> JSONResponse | None:
        method, path = scope["method"], scope["path"]
        if headers.getlist("host") not in [[host] for host in self._hosts]:
            return _refuse(421, "wrong_host")
        if method not in ("GET", "HEAD", "POST"):
            return _refuse(405, "wrong_method")
        if path == ENTER and method != "POST":
            return None if self._entries.take() else _refuse(429, "too_many")
        session = self._session(headers)
        if session is None:
            return _refuse(401, "no_session")
        if not (self._wishes if method == "POST" else self._reads).take():
            return _refuse(429, "too_many")
        scope.setdefault("state", {})["session"] = session
        return self._wish_refusal(headers, session) if method == "POST" else None

    def _wish_refusal(self, headers: Headers, session: Session) -> JSONResponse | None:
        origin = headers.get("origin")
        is_own = origin is None or origin in {f"http://{host}" for host in self._hosts}
        if not is_own or headers.get("sec-fetch-site", "same-origin") != "same-origin":
            return _refuse(403, "other_origin")
        if not are_same(headers.get("x-csrf-token", ""), session.csrf):
            return _refuse(403, "no_csrf")
        if headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            return _refuse(415, "no_json")
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length[:20]) > BODY_MAX:
            return _refuse(413, "too_large")
        return None

    def _session(self, headers: Headers) -> Session | None:
        found = SimpleCookie()
        try:
            found.load(headers.get("cookie", ""))
        except CookieError:
            return None
        return self._keys.session_of(found[self.cookie].value) if self.cookie in found else None


def cookie_name(port: int) -> str:
    """Return the name of the cookie of a desk."""
    return f"desk_{port}"


def _refuse(status: int, code: str) -> JSONResponse:
    more = {"Retry-After": "5"} if status == 429 else {}  # noqa: PLR2004 - too many requests
    return JSONResponse({"code": code}, status, more)


async def _read(receive: Receive) -> bytes | None:
    """Return the body of a request; None where it is too large."""
    body: bytes = b""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return body
        body += message.get("body", b"")
        if len(body) > BODY_MAX:
            return None
        if not message.get("more_body"):
            return body


def _given(body: bytes, receive: Receive) -> Receive:
    is_given = False

    async def giving() -> Message:
        nonlocal is_given
        if is_given:
            return await receive()
        is_given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return giving


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                if name not in headers:
                    headers[name] = value
        await send(message)

    return sending
