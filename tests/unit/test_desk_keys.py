"""Invitations work once and for a while, sessions end with silence, and requests have a rate."""

from __future__ import annotations

from desk.keys import IDLE_S, INVITATION_S, SESSIONS_MAX, Bucket, Keys


class Clock:
    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def test_an_invitation_lets_one_browser_enter_once() -> None:
    keys = Keys()
    secret = keys.invite()
    session = keys.enter(secret)
    assert session is not None
    assert keys.session_of(session) is not None
    assert keys.enter(secret) is None
    assert keys.enter("") is None
    assert keys.session_of(secret) is None


def test_each_session_has_a_secret_of_its_own_for_wishes() -> None:
    keys = Keys()
    found = [keys.session_of(keys.enter(keys.invite()) or "") for _ in range(2)]
    assert all(found)
    assert len({session.csrf for session in found if session}) == 2


def test_an_invitation_grows_old() -> None:
    clock = Clock()
    keys = Keys(clock)
    secret = keys.invite()
    clock.now_s += INVITATION_S + 1
    assert keys.enter(secret) is None


def test_a_session_ends_with_silence_and_not_before() -> None:
    clock = Clock()
    keys = Keys(clock)
    session = keys.enter(keys.invite()) or ""
    for _ in range(3):
        clock.now_s += IDLE_S - 1
        assert keys.session_of(session) is not None
    clock.now_s += IDLE_S + 1
    assert keys.session_of(session) is None


def test_of_too_many_sessions_the_longest_silent_goes() -> None:
    clock = Clock()
    keys = Keys(clock)
    first, second = (keys.enter(keys.invite()) or "" for _ in range(2))
    for _ in range(SESSIONS_MAX - 1):
        clock.now_s += 1
        assert keys.session_of(second) is not None
        keys.enter(keys.invite())
    assert keys.session_of(first) is None
    assert keys.session_of(second) is not None


def test_requests_come_back_with_time() -> None:
    clock = Clock()
    bucket = Bucket(3, 60, clock)
    assert [bucket.take() for _ in range(4)] == [True, True, True, False]
    clock.now_s += 20
    assert [bucket.take() for _ in range(2)] == [True, False]
    clock.now_s += 1e6
    assert [bucket.take() for _ in range(4)] == [True, True, True, False]
