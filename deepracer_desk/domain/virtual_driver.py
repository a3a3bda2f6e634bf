"""How a virtual racer drives: laps with a pace of their own, mistakes and strips that misbehave."""

import random
from dataclasses import dataclass

from deepracer_desk.domain.race_formats import SECOND

CLEAR_S = 4.0  # s; a foot on the strip shortly before the car would hide the car behind the dead time


@dataclass(frozen=True, slots=True, kw_only=True)
class LapPlan:
    """What will happen in one virtual lap.

    Attributes:
        time_us: from crossing to crossing.
        resets_us: moments of resets after the start of the lap.
        gives_up_us: the car is carried away then; None for a lap that is finished.
        missed: the strips do not notice the crossing that ends the lap.
        ghost_us: somebody steps on the strip then; None when nobody does.
        speed_mps, chatter, missed_axle: of the crossing that ends the lap.
    """

    time_us: int
    resets_us: tuple[int, ...] = ()
    gives_up_us: int | None = None
    missed: bool = False
    ghost_us: int | None = None
    speed_mps: float = 1.5
    chatter: int = 0
    missed_axle: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Chances:
    """How often things go wrong, each a probability per lap."""

    reset: float = 0.18
    gives_up: float = 0.03
    missed: float = 0.03
    ghost: float = 0.05
    missed_axle: float = 0.05


class VirtualDriver:
    """A racer with a pace, a spread and a habit of getting better."""

    def __init__(self, seed: int, chances: Chances | None = None) -> None:
        self._random = random.Random(seed)  # noqa: S311 - a game, not a secret
        self._chances = chances or Chances()
        self._pace_s = self._random.uniform(8.2, 12.5)
        self._best_pace_s = self._pace_s * 0.85
        self._spread_s = self._random.uniform(0.15, 0.7)

    def next_lap(self) -> LapPlan:
        """Return the next lap; the pace improves a little with each."""
        chance, dice = self._chances, self._random
        resets = tuple(
            sorted(
                int(dice.uniform(1.5, 6.5) * SECOND) for _ in range(2) if dice.random() < chance.reset / 1.5
            )
        )
        lap_s = max(self._pace_s * 0.9, dice.gauss(self._pace_s, self._spread_s))
        lap_s += sum(dice.uniform(1.5, 3.5) for _ in resets)
        self._pace_s = max(self._best_pace_s, self._pace_s * 0.997)
        time_us = int(lap_s * SECOND) + dice.randrange(1000)
        return LapPlan(
            time_us=time_us,
            resets_us=resets,
            gives_up_us=int(lap_s * 0.6 * SECOND) if dice.random() < chance.gives_up else None,
            missed=dice.random() < chance.missed,
            ghost_us=int(dice.uniform(2.2, lap_s - CLEAR_S) * SECOND)
            if dice.random() < chance.ghost
            else None,
            speed_mps=dice.uniform(0.8, 3.0),
            chatter=dice.randrange(4),
            missed_axle=dice.random() < chance.missed_axle,
        )
