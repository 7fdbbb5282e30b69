"""A file to download: its address, and what is known of the answer before it comes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import requests

from db.common.errors import UsageError
from etl.fetch.cache import redact_url
from etl.fetch.content import ANY, FileFormat
from etl.fetch.refusal import Refusal


@dataclass(frozen=True)
class Request:
    """What to download: for which source, from where, in which format.

    `api_key` is sent in a header, and never stored or shown. `refusals` are statuses with a meaning of their
    own at this service. `is_empty` returns whether a file holds no record: such a file does not replace one
    in the cache that does.
    """

    source: str
    url: str
    file_format: FileFormat = ANY
    params: Mapping[str, str] = field(default_factory=dict)
    api_key: str | None = None
    name: str | None = None
    refusals: Mapping[int, Refusal] = field(default_factory=dict)
    is_empty: Callable[[Path], bool] | None = None

    @property
    def key(self) -> str:
        """Return the whole address, parameters included."""
        return str(requests.Request("GET", self.url, params=dict(self.params)).prepare().url)

    @property
    def label(self) -> str:
        """Return how messages name the request."""
        return f"{self.source}: {redact_url(self.key)}"

    def check_address(self) -> None:
        """Refuse an address that cannot be requested.

        Raises:
            UsageError: it is not an http or https address, or malformed.
        """
        if not self.url.lower().startswith(("http://", "https://")):
            raise UsageError(
                f"{self.source}: the address '{redact_url(self.url)}' is not an http or https address.",
                "correct `url` in the region file; name a local file in `path`.",
            )
        try:
            self.key  # noqa: B018 - requests parses it
        except (requests.RequestException, ValueError) as error:
            raise UsageError(
                f"{self.source}: the address '{redact_url(self.url)}' cannot be used: {str(error)[:80]}.",
                "correct `url` in the region file.",
            ) from None
