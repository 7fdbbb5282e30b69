"""Validates records by pydantic models; a fault is a field and a reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any, TypeAlias, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from etl.sources import values
from etl.sources.values import FieldError

PORTS_MAX = 10_000
# Megawatt charging for lorries ends at 3.75 MW (SAE J3271); more is watts in a column of kilowatts.
KW_MAX = 4_000


class Record(BaseModel):
    """A record of a source; other columns are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)


def _past(day: dt.date | None) -> dt.date | None:
    # one day more, as it is already tomorrow farther east
    if day is not None and day > dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1):
        raise ValueError(f"{day.isoformat()} lies in the future")
    return day


def check_past(day: dt.date | None, field: str) -> None:
    """Refuse a day in the future in all time zones.

    Raises:
        FieldError: the day lies in the future.
    """
    try:
        _past(day)
    except ValueError as error:
        raise FieldError(field, str(error)) from None


def _text(read: Any) -> BeforeValidator:
    """Return a validator that parses a text by a function of `etl.sources.values`, and raises its fault."""

    def validate(value: Any) -> Any:
        try:
            return read(value) if isinstance(value, str) else value
        except FieldError as error:
            raise ValueError(error.reason) from None

    return BeforeValidator(validate)


# Text of a file; empty text becomes None, which a field that is not optional reports as empty.
Cleaned = _text(values.clean_text)
Text = Annotated[str | None, Cleaned]
NeededText = Annotated[str, Cleaned]
Number = _text(lambda text: values.parse_number(text, "", low=-values.NUMBER_MAX, high=values.NUMBER_MAX))
NeededAmount = Annotated[float, Number, Field(ge=0, le=1e15)]
Amount = Annotated[Annotated[float, Field(ge=0, le=1e15)] | None, Number]
Figure = _text(lambda text: values.parse_figure(text, "", high=values.PEOPLE_MAX))
Counted = Annotated[Annotated[float, Field(ge=0, le=values.PEOPLE_MAX)] | None, Figure]
Whole = _text(lambda text: values.parse_whole_number(text, "", high=values.BIGINT_MAX))
Name = _text(lambda text: values.parse_id(text, ""))
Identifier = Annotated[int, Name, Field(ge=0, le=values.BIGINT_MAX)]
PortCount = Annotated[Annotated[int, Field(ge=0, le=PORTS_MAX)] | None, Whole]
Kilowatt = Annotated[Annotated[float, Field(ge=0, le=KW_MAX)] | None, Number]
Date = _text(lambda text: values.parse_date(text, ""))
Day = Annotated[Annotated[dt.date, Field(ge=dt.date(1800, 1, 1))] | None, Date]
PastDay = Annotated[Day, AfterValidator(_past)]
# A station of 2,000 MW feeds a city of millions; more is kW or kVA in a column of MW.
MEGAWATT = Annotated[Annotated[float, Field(ge=0, le=2_000)] | None, Number]
Flag = Annotated[bool | None, _text(lambda text: values.parse_flag(text, ""))]

R = TypeVar("R", bound=Record)
Odd: TypeAlias = list[tuple[str, str]]


def check(model: type[R], content: Mapping[str, Any], *, label: str | None = None) -> R:
    """Return a record as an instance of its model.

    Raises:
        FieldError: the first field that is not valid, and why.
    """
    try:
        return model.model_validate(content)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        raise FieldError(_where(fault["loc"]), describe_fault(fault), label) from None


def check_leniently(
    model: type[R], content: Mapping[str, Any], *, label: str | None = None
) -> tuple[R, Mapping[str, Any], Odd]:
    """Return a record as an instance of its model, its content, and (field, remark) of values left out.

    An unusable value of an optional field becomes unknown.

    Raises:
        FieldError: the first required field that cannot be used, and why.
    """
    odd: Odd = []
    while True:
        try:
            return model.model_validate(content), content, odd
        except ValidationError as error:
            faults = error.errors(include_url=False)
        fault = faults[0]
        for depth in range(len(fault["loc"]), 0, -1):
            place = fault["loc"][:depth]
            without = _without(content, place)
            if without is not None and not _is_faulty(model, without, place):
                content = without
                odd.append((_where(place), f"{describe_fault(fault)}; it counts as unknown"))
                break
        else:
            raise FieldError(_where(fault["loc"]), describe_fault(fault), label)


def _without(content: Any, place: tuple[int | str, ...]) -> Any:
    """Return content in which the value at a location is null; None if there is no such value."""
    first, rest = place[0], place[1:]
    if isinstance(content, Mapping) and first in content:
        copy: Any = dict(content)
    elif isinstance(content, list) and isinstance(first, int) and first < len(content):
        copy = list(content)
    else:
        return None
    inner = _without(copy[first], rest) if rest else None
    if rest and inner is None:
        return None
    copy[first] = inner
    return copy


def _is_faulty(model: type[R], content: Mapping[str, Any], place: tuple[int | str, ...]) -> bool:
    try:
        model.model_validate(content)
    except ValidationError as error:
        found = [fault["loc"] for fault in error.errors(include_url=False)]
        return any(where[: len(place)] == place for where in found)
    return False


def take(
    model: type[R], record: Mapping[str, str], columns: Mapping[str, str | None], odd: Odd | None = None
) -> R:
    """Return a record of a text file; `columns` maps fields of the model to columns.

    If `odd` is given, unusable values of optional fields are left out and added to it as (column, remark).

    Raises:
        FieldError: as `check`, with the name of the column.
    """
    content = {field: record[column] for field, column in columns.items() if column}
    try:
        if odd is None:
            return check(model, content)
        found, _, left_out = check_leniently(model, content)
    except FieldError as error:
        error.field = columns.get(error.field or "") or error.field
        raise
    odd += [(columns.get(field) or field, remark) for field, remark in left_out]
    return found


def list_columns_by_type(
    model: type[Record], columns: Mapping[str, str | None]
) -> tuple[list[str], list[str]]:
    """Return the columns of a model's numbers, and those of its days."""

    def of(*readers: BeforeValidator) -> list[str]:
        return [
            column
            for field, info in model.model_fields.items()
            if (column := columns.get(field)) and any(reader in info.metadata for reader in readers)
        ]

    return of(Number, Whole, Name), of(Date)


def _where(location: tuple[int | str, ...]) -> str:
    """Return `Connections[1].PowerKW` for ("Connections", 0, "PowerKW")."""
    words = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in location)
    return words.removeprefix(".") or "record"


_REASONS = {
    "missing": "it is empty",
    "greater_than_equal": "{given} is less than {ge}",
    "less_than_equal": "{given} is more than {le}",
    "float_type": "'{given}' is not a number",
    "finite_number": "'{given}' is not a number",
    "int_type": "'{given}' is not a whole number",
    "model_type": "it is not a JSON object",
}


def describe_fault(fault: Any) -> str:
    """Return the message for an error of pydantic."""
    if fault["input"] is None:
        return "it is empty"
    if words := _REASONS.get(fault["type"]):
        return words.format(given=str(fault["input"])[:40], **fault.get("ctx", {}))
    message = str(fault["msg"]).removeprefix("Value error, ")
    return message[:1].lower() + message[1:]
