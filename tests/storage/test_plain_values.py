from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NewType

import pytest

from deepracer_desk.domain.errors import DamagedDataError
from deepracer_desk.storage.plain_values import from_plain, to_plain

Name = NewType("Name", str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    size: float

    def __post_init__(self) -> None:
        if self.size < 0:
            raise ValueError("A size is positive.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outer:
    name: Name
    parts: tuple[Inner, ...]
    moment: datetime | None = None


def test_nested_tuples_and_moments_come_back() -> None:
    value = Outer(
        name=Name("a"), parts=(Inner(size=1.5), Inner(size=2.0)), moment=datetime(2026, 8, 1, tzinfo=UTC)
    )
    assert from_plain(Outer, to_plain(value)) == value


@pytest.mark.parametrize(
    "plain",
    [
        {"name": "a", "parts": {}},
        {"name": "a", "parts": [{"size": -1.0}]},
        {"name": "a", "parts": [], "moment": "yesterday"},
        {"name": "a", "parts": [], "moment": 3},
    ],
)
def test_values_that_make_no_sense_are_told_as_damage(plain: object) -> None:
    with pytest.raises(DamagedDataError):
        from_plain(Outer, plain)


def test_types_without_a_plain_form_are_a_fault_of_the_program() -> None:
    with pytest.raises(TypeError):
        to_plain({1, 2})
    with pytest.raises(TypeError):
        from_plain(bytes, b"")
    with pytest.raises(TypeError):
        from_plain(int | str, 1)  # pyright: ignore[reportArgumentType]
