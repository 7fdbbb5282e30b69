"""Tells a failure that may pass from one that will not, for every exception of the HTTP client.

A certificate, a host name, a proxy and an address are as wrong in a minute as they are now: they end the
attempts and are named. What a busy network does (a connection refused, reset, silent or cut short) may pass.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

import requests
import urllib3.exceptions as u3
from requests import exceptions as rq

from db.errors import FetchError
from etl.fetch.patience import PassingError
from etl.fetch.session import words

# The first class that fits decides, so subclasses stand before the classes they belong to.
MAY_PASS: tuple[tuple[type[Exception], bool], ...] = (
    (rq.InvalidProxyURL, False),
    (rq.ProxyError, False),
    (rq.SSLError, False),
    (rq.Timeout, True),
    (rq.RetryError, False),
    (rq.InvalidJSONError, False),
    (rq.InvalidURL, False),
    (rq.InvalidSchema, False),
    (rq.MissingSchema, False),
    (rq.URLRequired, False),
    (rq.InvalidHeader, False),
    (rq.TooManyRedirects, False),
    (rq.HTTPError, False),
    (rq.StreamConsumedError, False),
    (rq.UnrewindableBodyError, False),
    (rq.ChunkedEncodingError, True),
    (rq.ContentDecodingError, True),
    (rq.ConnectionError, True),
    (rq.RequestException, False),
    (u3.ProxyError, False),
    (u3.ProxySchemeUnknown, False),
    (u3.SSLError, False),
    (u3.NameResolutionError, False),
    (u3.LocationValueError, False),
    (u3.HostChangedError, False),
    (u3.UnrewindableBodyError, False),
    (u3.TimeoutStateError, False),
    (u3.BodyNotHttplibCompatible, False),
    (u3.ClosedPoolError, False),
    (u3.InvalidHeader, False),
    (u3.TimeoutError, True),
    (u3.ProtocolError, True),
    (u3.DecodeError, True),
    (u3.IncompleteRead, True),
    (u3.InvalidChunkLength, True),
    (u3.HeaderParsingError, True),
    (u3.ResponseError, True),
    (u3.PoolError, True),
    (u3.HTTPError, False),
)
HTTP_ERRORS = (requests.RequestException, u3.HTTPError)
_ADDRESS = "correct `url` in the region file."
_NAME = (
    "correct `url` in the region file, or see whether this machine reaches the internet; with --offline the "
    "copy in the cache is used, if there is one."
)
_PROXY_FAULTS = (rq.ProxyError, u3.ProxyError, rq.InvalidProxyURL, u3.ProxySchemeUnknown)
_PROXY = "correct HTTPS_PROXY, HTTP_PROXY or NO_PROXY in the environment."
_CERTIFICATE = (
    "check the address and this machine's clock; where an authority of your own signs, name its file in "
    "REQUESTS_CA_BUNDLE."
)
_WEAK = (
    "where the host is trusted none the less, write `tls_security_level = 1` into the table of the source: "
)
_WEAK_HINT = _WEAK + "its certificate stays verified. Or name another address in `url`."
# what a connection that was cut off or garbled on its way raises, in the words of OpenSSL
_CUT_OFF = ("UNEXPECTED_EOF_WHILE_READING", "DECRYPTION_FAILED_OR_BAD_RECORD_MAC", "BAD_RECORD_MAC")
_CUT_OFF_CLASSES = (ssl.SSLEOFError, ssl.SSLZeroReturnError, TimeoutError)


def told_apart(error: Exception, what: str, host: str) -> PassingError | FetchError:
    """Return what to raise instead of an exception of requests or urllib3; `host` was asked."""
    causes = list(_causes(error))
    if _is_any(causes, *_PROXY_FAULTS) or (isinstance(error, rq.InvalidSchema) and "SOCKS" in str(error)):
        return FetchError(f"{what}: the proxy that is set cannot be used: {words(error)}.", _PROXY)
    if _is_any(causes, *_CUT_OFF_CLASSES):
        return PassingError(words(error))
    if tls := next((cause for cause in causes if isinstance(cause, ssl.SSLError)), None):
        return _tls(tls, what, host)
    if _is_any(causes, u3.NameResolutionError, socket.gaierror):
        return FetchError(f"{what}: the host name {host} cannot be resolved.", _NAME)
    return PassingError(words(error)) if may_pass(error) else _final(error, what, host)


def _final(error: Exception, what: str, host: str) -> FetchError:
    if isinstance(error, rq.TooManyRedirects):
        count = "".join(c for c in str(error) if c.isdigit())
        return FetchError(f"{what} redirects in a circle, or more than {count} times.", _ADDRESS)
    if isinstance(error, rq.InvalidHeader | u3.InvalidHeader):  # its words may hold a key
        return FetchError(f"{what}: a header cannot be sent.", "correct the key in the environment.")
    if isinstance(error, rq.SSLError | u3.SSLError):
        return FetchError(f"{what}: TLS with {host} fails: {words(error)}.", _CERTIFICATE)
    return FetchError(f"{what} is no address that can be asked: {words(error)}.", _ADDRESS)


def may_pass(error: Exception) -> bool:
    """Return whether asking again could help, by the class of the exception alone."""
    return next((passes for known, passes in MAY_PASS if isinstance(error, known)), False)


def _tls(error: ssl.SSLError, what: str, host: str) -> PassingError | FetchError:
    reason = str(getattr(error, "reason", "") or "")
    if reason in _CUT_OFF:
        return PassingError(words(error))
    if isinstance(error, ssl.SSLCertVerificationError):
        said = str(error.verify_message).rstrip(".")
        hint = _WEAK_HINT if "too weak" in said else _CERTIFICATE
        return FetchError(f"{what}: the certificate of {host} is not accepted: {said}.", hint)
    is_weak = "TOO_SMALL" in reason or "TOO_WEAK" in reason
    said = f"{reason.replace('_', ' ').lower()} ({reason})" if reason else words(error)
    return FetchError(
        f"{what}: TLS with {host} fails: {said}.",
        _WEAK_HINT if is_weak else f"{_ADDRESS} A server that speaks no TLS wants http://.",
    )


def _is_any(causes: list[BaseException], *classes: type[BaseException]) -> bool:
    return any(isinstance(cause, classes) for cause in causes)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Give an exception and those it was made of: urllib3 has them as `reason`, requests among `args`."""
    seen: set[int] = set()
    left: list[object] = [error]
    while left:
        one = left.pop(0)
        if not isinstance(one, BaseException) or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        left += [getattr(one, "reason", None), *one.args, one.__cause__]
