"""The edges that a car makes when it drives over the strips; for rehearsals and tests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

CONTACT_M = 0.025  # strip 15 mm + tyre contact 10 mm: how far an axle presses; assumed, not measured
AXLE_GAP_M = 0.165  # wheelbase of the car
STRIP_SKEW_US = 300  # the second strip is pressed a little later: no car stands exactly square
_CHATTER_US = 100  # between two bounces of a contact


@dataclass(frozen=True)
class Edge:
    """One change of one strip; level 1 is pressed."""

    time_us: int
    sensor: int
    level: int


def edges_of_pass(
    at_us: int,
    *,
    speed_mps: float = 1.5,
    sensors: Iterable[int] = (0,),
    chatter: int = 0,
    missed_axle: bool = False,
) -> list[Edge]:
    """Return the edges of one pass in the order of their times; the first one is at `at_us`.

    Args:
        at_us: first press.
        speed_mps: of the car.
        sensors: strips it presses, the first one first.
        chatter: bounces at the begin of every press.
        missed_axle: the rear axle presses nothing.

    Raises:
        ValueError: the speed is not between 0.05 and 20 m/s, or there is too much chatter.
    """
    if not 0.05 <= speed_mps <= 20 or not 0 <= chatter <= 1000:
        raise ValueError("A pass needs a speed of 0.05 to 20 m/s and a chatter of 0 to 1000.")
    held_us = int(CONTACT_M / speed_mps * 1e6)
    gap_us = int(AXLE_GAP_M / speed_mps * 1e6)
    bounce_us = min(_CHATTER_US, held_us // (2 * chatter + 2))
    edges: list[Edge] = []
    for place, sensor in enumerate(sensors):
        for axle in range(1 if missed_axle else 2):
            press_us = at_us + place * STRIP_SKEW_US + axle * gap_us
            for bounce in range(chatter):
                edges.append(Edge(press_us + 2 * bounce * bounce_us, sensor, 1))
                edges.append(Edge(press_us + (2 * bounce + 1) * bounce_us, sensor, 0))
            edges.append(Edge(press_us + 2 * chatter * bounce_us, sensor, 1))
            edges.append(Edge(press_us + held_us, sensor, 0))
    return sorted(edges, key=lambda edge: edge.time_us)
