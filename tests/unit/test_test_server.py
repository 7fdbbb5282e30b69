"""Which server the tests get: what the environment asks for, and a sentence where it asks for none there is."""

from __future__ import annotations

import pytest

from db.common.errors import UsageError
from tests.support import databases


def test_a_wrong_word_for_the_server_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    monkeypatch.setenv("TEST_DATABASE", "docker")
    with pytest.raises(UsageError, match="TEST_DATABASE is 'docker', which is no server") as caught:
        databases.session_server()
    assert caught.value.hint == "set it to embedded or container."


def test_two_servers_at_once_are_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_DATABASE_URL", "postgresql://postgres@127.0.0.1/postgres")
    monkeypatch.setenv("TEST_DATABASE", "container")
    with pytest.raises(UsageError, match="both set"):
        databases.session_server()


def test_an_address_is_taken_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    address = "postgresql://postgres@127.0.0.1/postgres"
    monkeypatch.delenv("TEST_DATABASE", raising=False)
    monkeypatch.setenv("TEST_DATABASE_URL", address)
    with databases.session_server() as given:
        assert given == address
