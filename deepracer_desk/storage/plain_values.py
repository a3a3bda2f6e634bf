"""Dataclasses to and from the plain values of JSON, by their fields.

Enumerations go by value, moments as ISO text. What an older version left out takes the default of its
field; what a newer version added is refused with a sentence instead of being lost.
"""

import types
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, NewType, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from deepracer_desk.domain.errors import DamagedDataError, NewerDataError

T = TypeVar("T")
Reader = Callable[[object], Any]
NEWER_HINT = "Install the newest version of the desk."
DAMAGED_HINT = "Restore the newest backup from the backups folder."


def to_plain(value: object) -> object:
    """Return `value` as dicts, lists, texts, numbers and None.

    Raises:
        TypeError: a field holds something that has no plain form.
    """
    match value:
        case StrEnum():
            return value.value
        case None | str() | bool() | int() | float():
            return value
        case datetime():
            return value.isoformat()
        case list() | tuple():
            return [to_plain(item) for item in cast("list[object]", value)]
        case _ if is_dataclass(value):
            return {field.name: to_plain(getattr(value, field.name)) for field in fields(value)}
        case _:
            raise TypeError(f"{type(value).__name__} has no plain form.")


def from_plain(kind: type[T], plain: object) -> T:
    """Return the `kind` that `plain` was made from.

    Raises:
        NewerDataError: a newer version of the desk wrote fields or values that this one does not know.
        DamagedDataError: the values do not fit the fields.
    """
    return cast("T", _reader(kind)(plain))


@cache
def _reader(kind: object) -> Reader:  # noqa: PLR0911 - a table in the form of questions
    if isinstance(kind, NewType):
        return _reader(kind.__supertype__)
    if get_origin(kind) in (Union, types.UnionType):
        return _union_reader(kind)
    if get_origin(kind) is tuple:
        return _list_reader(_reader(get_args(kind)[0]))
    if is_dataclass(kind):
        return _dataclass_reader(cast("type[object]", kind))
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return _enum_reader(kind)
    if kind is datetime:
        return _moment
    return _exact_reader(cast("type[object]", kind))


def _union_reader(kind: object) -> Reader:
    others = [part for part in get_args(kind) if part is not type(None)]
    if len(others) != 1:
        raise TypeError(f"{kind} is not an optional of one type.")
    read = _reader(others[0])
    return lambda plain: None if plain is None else read(plain)


def _list_reader(read: Reader) -> Reader:
    def read_all(plain: object) -> tuple[Any, ...]:
        if not isinstance(plain, list):
            raise _damaged("list", plain)
        return tuple(read(item) for item in cast("list[object]", plain))

    return read_all


def _enum_reader(kind: type[StrEnum]) -> Reader:
    def read(plain: object) -> StrEnum:
        try:
            return kind(plain)
        except ValueError as error:
            raise NewerDataError(
                f"The data holds “{plain}”, which this version of the desk does not know.", hint=NEWER_HINT
            ) from error

    return read


def _moment(plain: object) -> datetime:
    try:
        return datetime.fromisoformat(cast("str", plain))
    except (TypeError, ValueError) as error:
        raise _damaged("moment", plain) from error


def _exact_reader(kind: type[object]) -> Reader:
    if kind not in (str, int, bool, float):
        raise TypeError(f"{kind} cannot be read from plain values.")

    def read(plain: object) -> object:
        if type(plain) is not kind:  # True is no number here
            raise _damaged(kind.__name__, plain)
        return plain

    return read


def _dataclass_reader(kind: type[Any]) -> Reader:
    hints = get_type_hints(kind)
    readers = {field.name: _reader(hints[field.name]) for field in fields(kind)}
    needed = frozenset(
        field.name for field in fields(kind) if field.default is MISSING and field.default_factory is MISSING
    )

    def read(plain: object) -> object:
        if not isinstance(plain, dict):
            raise _damaged(kind.__name__, plain)
        given = cast("dict[str, object]", plain)
        unknown = given.keys() - readers.keys()
        if unknown:
            names = ", ".join(sorted(unknown))
            raise NewerDataError(
                f"The data holds facts that this version does not know: {names}.", hint=NEWER_HINT
            )
        missing = needed - given.keys()
        if missing:
            raise DamagedDataError(f"The data lacks {', '.join(sorted(missing))}.", hint=DAMAGED_HINT)
        try:
            return kind(**{name: readers[name](value) for name, value in given.items()})
        except ValueError as error:
            raise DamagedDataError(f"The data does not make sense: {error}", hint=DAMAGED_HINT) from error

    return read


def _damaged(wanted: str, plain: object) -> DamagedDataError:
    return DamagedDataError(
        f"The data holds {str(plain)[:80]!r} where a {wanted} belongs.", hint=DAMAGED_HINT
    )
