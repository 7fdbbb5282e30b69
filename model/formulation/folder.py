"""Finds the objects that the files of a folder hold, one each."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable
from importlib import import_module
from typing import Protocol, TypeVar

from model.formulation.rule import Topic


class Listed(Protocol):
    """Something that a list of rules or terms may hold."""

    @property
    def name(self) -> str:
        """The name of its file."""

    @property
    def topic(self) -> Topic:
        """What it is about."""


Found = TypeVar("Found", bound=Listed)


def objects(package: str, path: Iterable[str], constant: str, kind: type[Found]) -> tuple[Found, ...]:
    """Return what each file of a package holds under the name of a constant, by topic and name.

    Raises:
        TypeError: a file has no such constant, or it is of another kind.

    """
    found = []
    for module in pkgutil.iter_modules(path):
        name = f"{package}.{module.name}"
        held = getattr(import_module(name), constant, None)
        if not isinstance(held, kind):
            raise TypeError(f"{name} has no {constant}, which must be a {kind.__name__}.")
        found.append(held)
    topics = list(Topic)
    return tuple(sorted(found, key=lambda f: (topics.index(f.topic), f.name)))
