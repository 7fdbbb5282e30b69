"""Finds the outline of a place by its name, at a Nominatim."""

from __future__ import annotations

from functools import partial
from typing import Any

import geopandas as gpd
import osmnx as ox
import requests
from osmnx._errors import InsufficientResponseError, ResponseStatusCodeError

from db.common.errors import FetchError, UsageError
from etl.fetch import fault
from etl.fetch.attempt import host_of
from etl.fetch.cache import redact_url
from etl.fetch.osm import change_osmnx_settings
from etl.fetch.refusal import check_status
from etl.fetch.retry import TransientError

GEOCODER = "https://nominatim.openstreetmap.org/"
_TIMEOUT_S = 30
_OWN_FILES = "or name files of your own, which need none: --roads, --population and --boundary."
_NEXT = f"try again, name another with --geocoder or NOMINATIM_URL, {_OWN_FILES}"
_NO_NETWORK = f"check the internet connection and the address of --geocoder or NOMINATIM_URL, {_OWN_FILES}"


def find_outline(place: str, geocoder: str) -> gpd.GeoDataFrame:
    """Return the outline of a place in EPSG:4326, with its whole name in `display_name`.

    Raises:
        UsageError: the place is not known or has no outline.
        FetchError: the geocoder does not answer.
    """
    url = geocoder if geocoder.endswith("/") else f"{geocoder}/"
    label = f"The geocoder at {redact_url(url)}"
    try:
        with change_osmnx_settings(
            nominatim_url=url,
            use_cache=False,
            doh_url_template=None,
            requests_timeout=_TIMEOUT_S,
            requests_kwargs={"hooks": {"response": partial(_check_answer, label)}},
        ):
            return ox.geocode_to_gdf(place)
    except InsufficientResponseError as error:
        if "0 results" not in str(error):
            raise _unanswered(url, error) from None
        raise UsageError(
            f"The geocoder knows no place '{place}'.",
            'name it with its country, as in "Guelph, Ontario, Canada".',
        ) from None
    except TypeError:
        raise UsageError(
            f"'{place}' has no outline on the map.", "name the municipality or district, not a point in it."
        ) from None
    except fault.HTTP_ERRORS as error:
        told = fault.classify_error(error, label, host_of(url))
        if isinstance(told, FetchError):
            raise FetchError(told.message, _NO_NETWORK) from None
        raise _unanswered(url, told) from None
    except (TransientError, ResponseStatusCodeError, ValueError, KeyError) as error:
        raise _unanswered(url, error) from None


def _check_answer(label: str, response: requests.Response, **_: Any) -> None:
    """Check the status before OSMnx does, which would retry a busy server without end."""
    check_status(response, label)


def _unanswered(url: str, error: Exception) -> FetchError:
    return FetchError(
        f"The geocoder at {redact_url(url)} did not answer as expected: {str(error)[:200]}.", _NEXT
    )
