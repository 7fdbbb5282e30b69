"""Classifies every exception of the HTTP client as transient or permanent.

A wrong certificate, host name, proxy or address is as wrong in a minute as it is now: it ends the attempts
with a message. A connection that is refused, reset, silent or cut short may be tried again.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

import requests
import urllib3.exceptions as u3
from requests import exceptions as rq

from db.common.errors import FetchError
from etl.fetch.retry import TransientError
from etl.fetch.session import describe_error

# The first class that matches decides, so subclasses come before their base classes.
IS_TRANSIENT: tuple[tuple[type[Exception], bool], ...] = (
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
    "correct `url` in the region file, or check the internet connection; with --offline the copy in the "
    "cache is used, if there is one."
)
_PROXY_FAULTS = (rq.ProxyError, u3.ProxyError, rq.InvalidProxyURL, u3.ProxySchemeUnknown)
_PROXY = "correct HTTPS_PROXY, HTTP_PROXY or NO_PROXY in the environment."
_CERTIFICATE = (
    "check the address and this machine's clock; if an authority of your own signs certificates, name its "
    "file in REQUESTS_CA_BUNDLE."
)
_WEAK = "if you trust the host nevertheless, write `tls_security_level = 1` into the table of the source: "
_WEAK_HINT = _WEAK + "its certificate stays verified. Or name another address in `url`."
# OpenSSL's reasons for a connection that was cut off or garbled on its way
_CUT_OFF = ("UNEXPECTED_EOF_WHILE_READING", "DECRYPTION_FAILED_OR_BAD_RECORD_MAC", "BAD_RECORD_MAC")
_CUT_OFF_CLASSES = (ssl.SSLEOFError, ssl.SSLZeroReturnError, TimeoutError)


def classify_error(error: Exception, label: str, host: str) -> TransientError | FetchError:
    """Return the error to raise for an exception of requests or urllib3 about a request to `host`."""
    causes = list(_causes(error))
    if _is_any(causes, *_PROXY_FAULTS) or (isinstance(error, rq.InvalidSchema) and "SOCKS" in str(error)):
        return FetchError(f"{label}: the proxy that is set cannot be used: {describe_error(error)}.", _PROXY)
    if _is_any(causes, *_CUT_OFF_CLASSES):
        return TransientError(describe_error(error))
    if tls := next((cause for cause in causes if isinstance(cause, ssl.SSLError)), None):
        return _tls(tls, label, host)
    if _is_any(causes, u3.NameResolutionError, socket.gaierror):
        return FetchError(f"{label}: the host name {host} cannot be resolved.", _NAME)
    return TransientError(describe_error(error)) if is_transient(error) else _final(error, label, host)


def _final(error: Exception, label: str, host: str) -> FetchError:
    if isinstance(error, rq.TooManyRedirects):
        count = "".join(c for c in str(error) if c.isdigit())
        return FetchError(f"{label} redirects in a circle, or more than {count} times.", _ADDRESS)
    if isinstance(error, rq.InvalidHeader | u3.InvalidHeader):  # its message may hold a key
        return FetchError(f"{label}: a header cannot be sent.", "correct the key in the environment.")
    if isinstance(error, rq.SSLError | u3.SSLError):
        return FetchError(f"{label}: TLS with {host} fails: {describe_error(error)}.", _CERTIFICATE)
    return FetchError(f"{label} is not a usable address: {describe_error(error)}.", _ADDRESS)


def is_transient(error: Exception) -> bool:
    """Return whether a retry could help, by the class of the exception alone."""
    return next((passes for known, passes in IS_TRANSIENT if isinstance(error, known)), False)


def _tls(error: ssl.SSLError, label: str, host: str) -> TransientError | FetchError:
    reason = str(getattr(error, "reason", "") or "")
    if reason in _CUT_OFF:
        return TransientError(describe_error(error))
    if isinstance(error, ssl.SSLCertVerificationError):
        said = str(error.verify_message).rstrip(".")
        hint = _WEAK_HINT if "too weak" in said else _CERTIFICATE
        return FetchError(f"{label}: the certificate of {host} is not accepted: {said}.", hint)
    is_weak = "TOO_SMALL" in reason or "TOO_WEAK" in reason
    said = f"{reason.replace('_', ' ').lower()} ({reason})" if reason else describe_error(error)
    return FetchError(
        f"{label}: TLS with {host} fails: {said}.",
        _WEAK_HINT if is_weak else f"{_ADDRESS} A server without TLS needs http://.",
    )


def _is_any(causes: list[BaseException], *classes: type[BaseException]) -> bool:
    return any(isinstance(cause, classes) for cause in causes)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and its causes: urllib3 keeps them in `reason`, requests in `args`."""
    seen: set[int] = set()
    left: list[object] = [error]
    while left:
        one = left.pop(0)
        if not isinstance(one, BaseException) or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        left += [getattr(one, "reason", None), *one.args, one.__cause__]
