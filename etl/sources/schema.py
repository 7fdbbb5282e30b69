"""The shape of a record at the file's edge: pydantic models, and their findings as a field and a reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from etl.sources import values
from etl.sources.values import FieldError

PORTS_MAX = 10_000
# Megawatt charging for lorries ends at 3.75 MW (SAE J3271); more is watts in a column of kilowatts.
KW_MAX = 4_000


class Record(BaseModel):
    """A record of a source; what the project does not use may be there as well."""

    model_config = ConfigDict(extra="ignore", frozen=True)


def _past(day: dt.date | None) -> dt.date | None:
    # a day more, as it is tomorrow already farther east
    if day is not None and day > dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1):
        raise ValueError(f"{day.isoformat()} lies in the future")
    return day


def past(day: dt.date | None, field: str) -> None:
    """Refuse a day to come, in any zone of the world.

    Raises:
        FieldError: the day lies in the future.
    """
    try:
        _past(day)
    except ValueError as error:
        raise FieldError(field, str(error)) from None


def _text(read: Any) -> BeforeValidator:
    """Return a validator that reads a text with one of `etl.sources.values`, whose fault it passes on."""

    def validate(value: Any) -> Any:
        try:
            return read(value) if isinstance(value, str) else value
        except FieldError as error:
            raise ValueError(error.reason) from None

    return BeforeValidator(validate)


# Text as files hold it; empty becomes None, and a field that is not optional then says that it is empty.
Cleaned = _text(values.clean)
Text = Annotated[str | None, Cleaned]
NeededText = Annotated[str, Cleaned]
Number = _text(lambda text: values.number(text, "", low=-values.NUMBER_MAX, high=values.NUMBER_MAX))
NeededAmount = Annotated[float, Number, Field(ge=0, le=1e15)]
Amount = Annotated[Annotated[float, Field(ge=0, le=1e15)] | None, Number]
People = Annotated[Annotated[float, Field(ge=0, le=values.PEOPLE_MAX)] | None, Number]
Whole = _text(lambda text: values.whole(text, "", high=values.BIGINT_MAX))
Identifier = Annotated[int, Whole, Field(ge=0, le=values.BIGINT_MAX)]
PortCount = Annotated[Annotated[int, Field(ge=0, le=PORTS_MAX)] | None, Whole]
Day = Annotated[
    Annotated[dt.date, Field(ge=dt.date(1800, 1, 1))] | None, _text(lambda text: values.date(text, ""))
]
PastDay = Annotated[Day, AfterValidator(_past)]
# A station of 2,000 MW feeds a city of millions; more is kW or kVA in a column of MW.
MEGAWATT = Annotated[Annotated[float, Field(ge=0, le=2_000)] | None, Number]
Flag = Annotated[bool | None, _text(lambda text: values.flag(text, ""))]

R = TypeVar("R", bound=Record)


def check(model: type[R], content: Mapping[str, Any], *, label: str | None = None) -> R:
    """Return a record as its model describes it.

    Raises:
        FieldError: the first field that is not as it should be, and why.
    """
    try:
        return model.model_validate(content)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        raise FieldError(_where(fault["loc"]), reason(fault), label) from None


def take(model: type[R], record: Mapping[str, str], columns: Mapping[str, str | None]) -> R:
    """Return a record of a text file; `columns` gives each field of the model its column, if there is one.

    Raises:
        FieldError: as `check`, and it speaks of the column.
    """
    content = {field: record[column] for field, column in columns.items() if column}
    try:
        return check(model, content)
    except FieldError as error:
        error.field = columns.get(error.field or "") or error.field
        raise


def _where(location: tuple[int | str, ...]) -> str:
    """Return `Connections[1].PowerKW` for ("Connections", 0, "PowerKW")."""
    words = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in location)
    return words.removeprefix(".") or "record"


_REASONS = {
    "missing": "it is empty",
    "greater_than_equal": "{given} is less than {ge}",
    "less_than_equal": "{given} is more than {le}",
    "float_type": "'{given}' is no number",
    "finite_number": "'{given}' is no number",
    "int_type": "'{given}' is no whole number",
    "model_type": "it is no JSON object",
}


def reason(fault: Any) -> str:
    """Return one of pydantic's findings in the words of this project."""
    if fault["input"] is None:
        return "it is empty"
    if words := _REASONS.get(fault["type"]):
        return words.format(given=str(fault["input"])[:40], **fault.get("ctx", {}))
    message = str(fault["msg"]).removeprefix("Value error, ")
    return message[:1].lower() + message[1:]
