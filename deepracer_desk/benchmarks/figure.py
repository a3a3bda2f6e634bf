"""One measured figure beside its goal."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from deepracer_desk.domain.errors import DeskError


class NotMeasuredError(DeskError):
    """A figure could not be measured; the sentence says why. It counts as missed."""

    code = "benchmarks.not_measured"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What was measured.

    Attributes:
        goal: what must be reached; `at_most` tells whether less or more is better. None: for information.
        baseline: the same work done plainly, in the same run; None where there is nothing to compare.
    """

    area: str
    name: str
    value: float
    unit: str
    goal: float | None = None
    baseline: float | None = None
    at_most: bool = True

    def __post_init__(self) -> None:
        if not math.isfinite(self.value):  # JSON has no word for it, and a comparison would hide it
            raise NotMeasuredError(f"The figure {self.name} has no value.")

    @property
    def passed(self) -> bool:
        if self.goal is None:
            return True
        return self.value <= self.goal if self.at_most else self.value >= self.goal

    def as_json(self) -> dict[str, object]:
        return {
            "area": self.area,
            "name": self.name,
            "value": round(self.value, 4),
            "unit": self.unit,
            "goal": self.goal,
            "baseline": None if self.baseline is None else round(self.baseline, 4),
            "passed": self.passed,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """A piece of work that yields figures.

    Attributes:
        figures: names of what it yields, all of them, in order.
        measure: does the work.
    """

    area: str
    figures: tuple[str, ...]
    measure: Callable[[], Sequence[Figure]]


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest measured value that at least this share of all does not exceed.

    Raises:
        ValueError: there are no values.
    """
    if not values:
        raise ValueError("Nothing was measured.")
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]
