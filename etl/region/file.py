"""Reads a region file, by name or path, and finds the files that it names."""

from __future__ import annotations

import difflib
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from db.common.errors import UsageError
from db.common.text_file import is_file, parse_toml, path_of, read, refuse_unfit_texts, shown
from db.environment import CHECKOUT, setting
from etl.region.schema import Region
from etl.region.settings import Settings, read_settings

REGIONS = Path(__file__).resolve().parents[1] / "regions"


@dataclass(frozen=True)
class RegionFile:
    """A region, its file, and the folders in which the files of its sources are searched."""

    region: Region
    settings: Settings
    path: Path
    sha256: str
    is_generated: bool = False

    def folders(self) -> list[Path]:
        """Return the folders in which a relative path is searched: DATA_DIR, data_dir, the file's own folder.

        Files of a generated region are searched in its own folder only, so that files of the same names in
        DATA_DIR are not mistaken for them.
        """
        if self.is_generated:
            return [self.path.parent]
        base = CHECKOUT if self.path.parent == REGIONS else self.path.parent
        given = setting("DATA_DIR")
        found = [path_of(given).absolute()] if given else []
        if self.region.region.data_dir:
            found.append(base / path_of(self.region.region.data_dir))
        found.append(self.path.parent)
        return [folder.resolve() for folder in dict.fromkeys(found)]

    def locate(self, path: str) -> Path:
        """Return the file of a source's `path`.

        Raises:
            UsageError: it is in none of the folders; the message lists the places tried.
        """
        found = self.find(path)
        if found:
            return found
        tried = ", ".join(str(place) for place in self._places(path))
        raise UsageError(
            f"{self.path.name}: the file {path} was not found; tried {tried}.",
            "put it there, or set DATA_DIR to the folder that holds the region's data.",
        )

    def find(self, path: str) -> Path | None:
        """Return the file of a source's `path`; None if it is in none of the folders."""
        return next((place for place in self._places(path) if is_file(place)), None)

    def _places(self, path: str) -> list[Path]:
        wanted = path_of(path)
        return [wanted] if wanted.is_absolute() else [folder / wanted for folder in self.folders()]

    def file_name(self, path: Path) -> str:
        """Return a file's name relative to the folder it was found in."""
        for folder in self.folders():
            if path.resolve().is_relative_to(folder):
                return path.resolve().relative_to(folder).as_posix()
        return path.name


def region_names() -> list[str]:
    """Return the names of the regions that need no path."""
    return sorted({path.stem for path in REGIONS.glob("*.toml")} | {"sample"})


def read_region(name_or_path: str | Path, *, is_generated: bool = False) -> RegionFile:
    """Read and check a region file; with `is_generated`, its sources are searched in its own folder only.

    Raises:
        UsageError: the file does not exist, is not TOML, or has faults; all of them are listed.
    """
    path = _find(str(name_or_path))
    content = read(path)
    data = parse_toml(content, path.name)
    region, faults = _read_tables(data)
    given = data.get("settings", {})
    settings, wrong = read_settings(given if isinstance(given, dict) else {}, path.name)
    faults += wrong
    if region is None or faults:
        count = "a fault" if len(faults) == 1 else f"{len(faults)} faults"
        raise UsageError(
            f"{path.name} has {count}: {'; '.join(faults)}.",
            "correct it; etl/regions/waterloo.toml is an example, and etl/settings.toml has all settings.",
        )
    refuse_unfit_texts(data, path.name)
    return RegionFile(region, settings, path, hashlib.sha256(content).hexdigest(), is_generated)


def _read_tables(data: dict[str, Any]) -> tuple[Region | None, list[str]]:
    """Return the tables of a region file, or None and all their faults."""
    try:
        return Region.model_validate(_as_several(data)), []
    except ValidationError as error:
        return None, [_fault(item) for item in error.errors(include_url=False)]


def _find(name: str) -> Path:
    path = path_of(name)
    if name.endswith(".toml"):
        if not is_file(path):
            raise UsageError(
                f"The region file {shown(path.absolute())} does not exist.",
                "check the path after REGION= or --region.",
            )
        return path.resolve()
    built_in = REGIONS / f"{name}.toml"
    if "/" not in name and is_file(built_in):
        return built_in
    near = difflib.get_close_matches(name, region_names(), n=1)
    raise UsageError(
        f"There is no region named '{shown(name)}'" + (f"; did you mean '{near[0]}'?" if near else "."),
        f"give one of {', '.join(region_names())}, or the path of a .toml file.",
    )


def _as_several(data: dict[str, Any]) -> dict[str, Any]:
    """Return the data with the sources of each type as a tuple, whether written as one table or as several.

    The same applies to `live` and `fallback` sources, and to the tables of `stations`. Files of `sessions`
    may be listed in one table: `path` is then a list, and the other keys are those of each.
    """
    stations = data.get("stations")
    if isinstance(stations, dict):
        stated = {key: tuple(one) if isinstance(one, list) else one for key, one in stations.items()}
        data = {**data, "stations": stated}
    sources = data.get("sources")
    if not isinstance(sources, dict):
        return data

    def several(given: Any) -> Any:
        if isinstance(given, dict):
            given = [given]
        if not isinstance(given, list):
            return given
        return tuple(
            {**one, **{key: several(one[key]) for key in ("live", "fallback") if key in one}}
            if isinstance(one, dict)
            else one
            for one in given
        )

    found = {source_type: several(given) for source_type, given in sources.items()}
    if isinstance(found.get("sessions"), tuple):
        found["sessions"] = tuple(file for one in found["sessions"] for file in _by_file(one))
    return {**data, "sources": found}


def _by_file(source: Any) -> list[Any]:
    """Return a table of a source once for each file that its `path` lists."""
    paths = source.get("path") if isinstance(source, dict) else None
    return [{**source, "path": path} for path in paths] if isinstance(paths, list) and paths else [source]


def _fault(error: Any) -> str:
    """Describe an error of pydantic, with the nearest known key for an unknown one."""
    location: tuple[str | int, ...] = error["loc"]
    where = (
        ".".join(str(part) for part in location if not isinstance(part, int) and str(part).isidentifier())
        or "the file"
    )
    numbers = [part for part in location if isinstance(part, int)]
    if numbers and numbers[0] > 0:
        where += f" (table {numbers[0] + 1})"
    if error["type"] == "missing":
        return f"{where} is missing"
    if error["type"] == "extra_forbidden":
        return f"unknown key {where}; {_known_instead(location)}"
    if error["type"] in ("tuple_type", "model_type", "dict_type"):
        return f"{where} is not a table"
    message = str(error["msg"]).removeprefix("Value error, ")
    message = message[:1].lower() + message[1:].rstrip(".")
    value = error["input"]
    return f"{where}: {message}" + (f", not {value!r}" if isinstance(value, str | int | float) else "")


def _known_instead(location: tuple[str | int, ...]) -> str:
    """Suggest a key for an unknown one: a similar one, the same in a table below, else all known keys."""
    key, known = str(location[-1]), _known_keys(location[:-1])
    if near := difflib.get_close_matches(key, known, n=1, cutoff=0.6):
        return f"the nearest known key is '{near[0]}'"
    within = [table for table in known if key in _known_keys((*location[:-1], table)) and table != "live"]
    if within:
        return f"it belongs in the table '{within[0]}' there"
    return f"known there are {', '.join(sorted(known))}"


def _known_keys(location: tuple[str | int, ...]) -> list[str]:
    model: Any = Region
    for part in location:
        if isinstance(part, int) or not (isinstance(model, type) and issubclass(model, BaseModel)):
            continue
        if part in model.model_fields:
            model = _model_within(model.model_fields[part].annotation) or model
    return list(model.model_fields)


def _model_within(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_within(part))), None)
