"""Who may enter: invitations that can be used once, and the sessions they are traded for."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

INVITATION_S = 12 * 3600.0
IDLE_S = 12 * 3600.0
SESSIONS_MAX = 100


@dataclass
class Session:
    """A browser that entered: the text that each of its wishes must carry, and when it last spoke."""

    csrf: str
    heard_s: float


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


class Keys:
    """Invitations and sessions, by the digests of their secrets; `clock_s` tells the seconds.

    Requests are answered in threads: one at a time looks here.
    """

    def __init__(self, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._clock_s = clock_s
        self._invitations: dict[bytes, float] = {}
        self._sessions: dict[bytes, Session] = {}
        self._lock = threading.Lock()

    def invite(self) -> str:
        """Return a secret that lets one browser enter, once, within INVITATION_S."""
        secret, now_s = secrets.token_urlsafe(32), self._clock_s()
        with self._lock:
            self._invitations = {one: end_s for one, end_s in self._invitations.items() if end_s >= now_s}
            self._invitations[_digest(secret)] = now_s + INVITATION_S
        return secret

    def enter(self, secret: str) -> str | None:
        """Trade an invitation for the secret of a session; None where it is none, used or too old."""
        now_s, given, session = self._clock_s(), _digest(secret), secrets.token_urlsafe(32)
        with self._lock:
            known = [digest for digest in self._invitations if hmac.compare_digest(digest, given)]
            if not known or self._invitations.pop(known[0]) < now_s:
                return None
            self._forget(now_s)
            self._sessions[_digest(session)] = Session(secrets.token_urlsafe(32), now_s)
        return session

    def session_of(self, secret: str) -> Session | None:
        """Return the session of a secret; None where it is none, or was silent for IDLE_S."""
        now_s, given = self._clock_s(), _digest(secret)
        with self._lock:
            known = [found for digest, found in self._sessions.items() if hmac.compare_digest(digest, given)]
            if not known or known[0].heard_s + IDLE_S < now_s:
                return None
            known[0].heard_s = now_s
            return known[0]

    def _forget(self, now_s: float) -> None:
        """Forget sessions that are over, and the one longest silent where there are too many."""
        kept = sorted(self._sessions.items(), key=lambda item: item[1].heard_s)
        kept = [item for item in kept if item[1].heard_s + IDLE_S >= now_s]
        self._sessions = dict(kept[-SESSIONS_MAX + 1 :])


def are_same(one: str, other: str) -> bool:
    """Tell whether two secrets are the same, in a time that tells nothing of where they differ."""
    return hmac.compare_digest(_digest(one), _digest(other))


class Bucket:
    """So many requests at once, and as many again in `per_s` seconds."""

    def __init__(self, count: int, per_s: float, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._count, self._rate, self._clock_s = count, count / per_s, clock_s
        self._left, self._then_s = float(count), clock_s()

    def take(self) -> bool:
        """Take one; False where none is left now."""
        now_s = self._clock_s()
        self._left = min(self._left + (now_s - self._then_s) * self._rate, self._count)
        self._then_s = now_s
        if self._left < 1:
            return False
        self._left -= 1
        return True
