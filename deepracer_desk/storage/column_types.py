"""Column types that give back exactly what was put in, on every database."""

from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import DateTime, Dialect, String, TypeDecorator

from deepracer_desk.domain.errors import NewerDataError


class UtcDateTime(TypeDecorator[datetime]):
    """Moments in UTC, always aware; SQLite by itself would give naive ones back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class EnumByValue(TypeDecorator[StrEnum]):
    """Enumerations by their value: names in the code may change, values may not."""

    impl = String(32)
    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: StrEnum | None, dialect: Dialect) -> str | None:
        return None if value is None else self.kind(value).value

    def process_result_value(self, value: object, dialect: Dialect) -> StrEnum | None:
        if value is None:
            return None
        try:
            return self.kind(value)
        except ValueError as error:
            raise NewerDataError(
                f"The data holds “{value}”, which this version of the desk does not know.",
                hint="Install the newest version of the desk.",
            ) from error
