"""A strip that is pressed by virtual cars, wired to a real station program."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class StripPass:
    """A virtual car over the line.

    Attributes:
        at_us: first press on the station's clock [us].
        speed_mps: of the car.
        sensors: strips that notice it, none when the strips miss it.
        chatter: bounces of the contact at every press.
        missed_axle: the rear axle is not noticed.
    """

    at_us: int
    speed_mps: float = 1.5
    sensors: tuple[int, ...] = (0, 1)
    chatter: int = 0
    missed_axle: bool = False


class VirtualTrack(Protocol):
    """A station program with strips that can be pressed."""

    @property
    def station_id(self) -> str: ...

    @property
    def url(self) -> str:
        """Where the desk finds the station."""
        ...

    def start(self) -> None:
        """Start the station program; a second call does nothing."""
        ...

    def stop(self) -> None:
        """End the station program; a second call does nothing."""
        ...

    def kill(self) -> None:
        """End the station program as a power cut would."""
        ...

    def now_us(self) -> int:
        """Return the station's clock [us]."""
        ...

    def drive(self, passed: StripPass) -> None:
        """Let a car press the strips; `at_us` may lie a little ahead."""
        ...
