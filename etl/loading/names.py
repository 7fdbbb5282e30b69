"""Names in the tables of a region file must be those of records: a misspelt one would change nothing."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

from db.common.errors import UsageError
from etl.store import FileRead

_SHOWN = 3


def refuse_unknown_names(region_name: str, files: Sequence[FileRead]) -> None:
    """Refuse names in tables such as `stations` of session records that no record has.

    Files that share a table, as those of several years, need the name in one of them.

    Raises:
        UsageError: there is such a name; the nearest one that the records have is named.
    """
    for key in sorted({key for file in files for key in file.batch.names}):
        tables = [(file, table) for file in files if (table := _table(file, key))]
        for file, table in tables:
            unknown = [
                name
                for name in table
                if not any(name in other.batch.names[key] for other, shared in tables if name in shared)
            ]
            if unknown:
                known = set().union(*(other.batch.names[key] for other, shared in tables if shared == table))
                names = [other.file_name for other, shared in tables if shared == table]
                _refuse(f"sources.{file.source_type}.{key}", region_name, names, unknown, known - {""})


def _table(file: FileRead, key: str) -> Mapping[str, str]:
    found: Mapping[str, str] = getattr(file.source, key) if key in file.batch.names else {}
    return found


def _refuse(
    key: str, region_name: str, files: Sequence[str], unknown: Sequence[str], known: set[str]
) -> None:
    named = ", ".join(f"'{name}'" for name in unknown[:_SHOWN])
    more = f" and {len(unknown) - _SHOWN} more" if len(unknown) > _SHOWN else ""
    near = difflib.get_close_matches(unknown[0], sorted(known), n=1, cutoff=0.4)
    nearest = f"the nearest that they have is '{near[0]}'; " if near else ""
    raise UsageError(
        f"{region_name}: {key} names {named}{more}, which no record of {', '.join(files)} has.",
        f"{nearest}write a name as the records do, with single spaces, or leave it out.",
    )
