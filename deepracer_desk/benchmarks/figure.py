"""One measured figure beside its goal."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


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


Measure = Callable[[], Sequence[Figure]]


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that a share of all does not exceed.

    Raises:
        ValueError: there are no values.
    """
    if not values:
        raise ValueError("Nothing was measured.")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
