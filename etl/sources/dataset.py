"""Finds the layer to read in a file of several layers, or in a .zip with folders.

A shapefile that does not state the encoding of its texts is read as UTF-8 if its bytes are UTF-8, else as
Latin-1.
"""

from __future__ import annotations

import difflib
import struct
import warnings
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError
from shapely.errors import GEOSException

from db.common.assumption import Remark
from db.common.errors import UsageError
from etl.sources.guard import UNPACKABLE, check_archive

UNREADABLE = (DataSourceError, DataLayerError, ValueError, RuntimeError, GEOSException)
_HEAD_BYTES = 4_096
_POINTERS = (b"<OGRVRT", b"<OGRWFS", b"<WFS_", b"<wfs:WFS_", b"<OGCAPI", b"<VRTDataset", b"<CSW_")
_FORMATS = (
    ".shp",
    ".gpkg",
    ".geojson",
    ".geojsonl",
    ".json",
    ".topojson",
    ".fgb",
    ".kml",
    ".gml",
    ".tab",
    ".mif",
    ".csv",
)
_WKT_COLUMNS = "wkt,the_geom,geom,geometry,wkt_geom,wkb_geometry,shape"
_DBF_HEADER = 32


@dataclass(frozen=True)
class Dataset:
    """A layer of a file: its path for GDAL, its name, the encoding of its texts, and what was assumed."""

    address: str
    layer: str
    encoding: str | None
    driver: str
    note: str | None = None

    def read_info(self, **options: Any) -> dict[str, Any]:
        """Return GDAL's description of the layer, without reading it."""
        with hide_gdal_warnings():
            return dict(pyogrio.read_info(self.address, layer=self.layer, **options, **self._opened()))

    def read(self, **options: Any) -> Any:
        """Return the features as a data frame, flat."""
        with hide_gdal_warnings():
            return pyogrio.read_dataframe(
                self.address,
                layer=self.layer,
                encoding=self.encoding,
                force_2d=True,
                on_invalid="ignore",
                **options,
                **self._opened(),
            )

    def _opened(self) -> dict[str, str]:
        return {"GEOM_POSSIBLE_NAMES": _WKT_COLUMNS} if self.driver == "CSV" else {}


@contextmanager
def hide_gdal_warnings() -> Iterator[None]:
    """Hide warnings of GDAL's reader from the user (a dropped measure, a repaired ring)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def find_dataset(
    path: Path,
    layer: str | None,
    *,
    columns: Sequence[str] = (),
    encoding: str | None = None,
    is_of_areas: bool = True,
) -> Dataset:
    """Return the layer to read: the one named, the only one, or the only one that has `columns`.

    With `is_of_areas`, the only one that also has polygons.

    Raises:
        UsageError: the file cannot be read, points elsewhere, or has several layers that fit.
    """
    _refuse_pointers(path)
    found: list[Dataset] = []
    for address in _addresses(path):
        try:
            with hide_gdal_warnings():
                names = [str(name) for name, _ in pyogrio.list_layers(address)]
                found += [_dataset(path, address, name, encoding) for name in names]
        except UNREADABLE as error:
            reason = str(error).split(";")[0].split(". Set ")[0].replace(address, path.name)[:300]
            raise UsageError(
                f"{path.name} cannot be read as a vector layer: {reason}.",
                "give a layer that GDAL reads: a GeoPackage, GeoJSON, or a shapefile with its parts.",
            ) from None
    if not found:
        raise UsageError(f"{path.name} has no layer.", "give a file that has one.")
    return _chosen(path, found, layer, lambda one: _fits(one, columns, is_of_areas=is_of_areas))


def _dataset(path: Path, address: str, name: str, encoding: str | None) -> Dataset:
    driver = str(pyogrio.read_info(address, layer=name)["driver"])
    if encoding is None and driver == "ESRI Shapefile":
        encoding = _dbf_encoding(path, address, name)
    return Dataset(address, name, encoding, driver)


def _chosen(path: Path, found: list[Dataset], layer: str | None, fits: Callable[[Dataset], bool]) -> Dataset:
    names = ", ".join(f"'{one.layer}'" for one in found)[:300]
    if layer is not None:
        named = [one for one in found if one.layer == layer]
        if len(named) == 1:
            return named[0]
        near = difflib.get_close_matches(layer, [one.layer for one in found], n=1)
        raise UsageError(
            f"{path.name} has no layer '{layer}'" + (f"; the nearest is '{near[0]}'." if near else "."),
            f"correct `layer` in the region file; it has {names}.",
        )
    if len(found) == 1:
        return found[0]
    fitting = [one for one in found if fits(one)]
    if len(fitting) == 1:
        one = fitting[0]
        note = Remark(
            f"Of the layers of {path.name} ({names}) '{one.layer}' is read, as the only one that fits.",
            f"Des couches de {path.name} ({names}), seule '{one.layer}' convient, et est lue.",
        )
        return Dataset(one.address, one.layer, one.encoding, one.driver, note)
    raise UsageError(
        f"{path.name} has {len(found)} layers ({names}).",
        f'name the one to read in the region file, such as layer = "{(fitting or found)[0].layer}".',
    )


def _fits(dataset: Dataset, columns: Sequence[str], *, is_of_areas: bool) -> bool:
    """Return whether a layer fits: it has the columns and, if needed, polygons."""
    info = dataset.read_info()
    geometry_type = str(info["geometry_type"] or "")
    mixed = geometry_type in ("Unknown", "GeometryCollection")
    is_shape = (
        "Polygon" in geometry_type or "Surface" in geometry_type or mixed
        if is_of_areas
        else bool(geometry_type)
    )
    return is_shape and set(columns) <= {str(name) for name in info["fields"]}


def _addresses(path: Path) -> list[str]:
    """Return the paths for GDAL of the layers of a file; those of a .zip may be in folders.

    Raises:
        UsageError: an archive holds no layer.
    """
    if path.suffix.lower() != ".zip":
        return [str(path)]
    names = [member.filename for member in check_archive(path)]
    names = [
        name
        for name in names
        if not name.startswith("__MACOSX") and not PurePosixPath(name).name.startswith(".")
    ]
    bases = [
        str(parent)
        for name in names
        for parent in PurePosixPath(name).parents
        if parent.suffix.lower() == ".gdb"
    ]
    files = [name for name in names if PurePosixPath(name).suffix.lower() in _FORMATS]
    others = [name for name in files if PurePosixPath(name).suffix.lower() not in (".csv", ".json")]
    inside = [*dict.fromkeys(bases), *(others or (files if not bases else []))]
    if not inside:
        held = ", ".join(names)[:200] or "nothing"
        raise UsageError(
            f"{path.name} cannot be read as a vector layer: it holds {held}.",
            "give a .zip with a shapefile (.shp, .shx, .dbf, .prj), a GeoPackage or a GeoJSON in it.",
        )
    return [f"/vsizip/{{{path.absolute()}}}/{name}" for name in inside]


def _dbf_encoding(path: Path, address: str, layer: str) -> str | None:
    """Return UTF-8 if the texts of a shapefile without a .cpg are UTF-8, else None."""
    try:
        content = _packed_dbf(path, address) if address.startswith("/vsizip/") else _dbf(path.parent, layer)
    except UNPACKABLE:
        return None
    if len(content) < _DBF_HEADER:
        return None
    texts = content[struct.unpack_from("<H", content, 8)[0] :]
    try:
        texts.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if texts.isascii() else "UTF-8"


def _dbf(folder: Path, layer: str) -> bytes:
    """Return the table of a shapefile; nothing if a .cpg states its encoding."""
    parts = {item.name.lower(): item for item in folder.iterdir()}
    table = parts.get(f"{layer}.dbf".lower())
    return b"" if table is None or f"{layer}.cpg".lower() in parts else table.read_bytes()


def _packed_dbf(path: Path, address: str) -> bytes:
    base = PurePosixPath(address.rsplit("}/", 1)[-1])
    with zipfile.ZipFile(path) as archive:
        parts = {name.lower(): name for name in archive.namelist()}
        table = parts.get(str(base.with_suffix(".dbf")).lower())
        is_told = str(base.with_suffix(".cpg")).lower() in parts
        return b"" if table is None or is_told else archive.read(table)


def _refuse_pointers(path: Path) -> None:
    """Refuse files that only refer to data elsewhere: GDAL would open other files, or the network.

    Raises:
        UsageError: the file is one of them, or an unsafe archive.
    """
    if path.suffix.lower() in (".zip", ".kmz"):
        check_archive(path)
    with path.open("rb") as file:
        start = file.read(_HEAD_BYTES)
    if any(word in start for word in _POINTERS):
        raise UsageError(
            f"{path.name} has no features, but refers to another source.",
            "give the file of the layer itself.",
        )
