"""Racers."""

from dataclasses import dataclass

from deepracer_desk.domain.ids import RacerId

# The eight tail-light colours that every car can show; white is kept for "stop".
RACER_COLOURS = ("#0000FF", "#FF0000", "#FF8200", "#800080", "#1E90FF", "#7CFC00", "#FF00FF", "#FFFF00")
NAME_LIMIT = 64  # characters; longer names do not fit any screen


@dataclass(frozen=True, slots=True, kw_only=True)
class Racer:
    """A person or team who drives.

    Attributes:
        name: shown everywhere, any script, 1..64 characters.
        country: ISO 3166 two letters, or empty.
        colour: one of RACER_COLOURS; board, overlay and tail light use it.
    """

    racer_id: RacerId
    name: str
    country: str = ""
    colour: str = RACER_COLOURS[0]

    def __post_init__(self) -> None:
        if not self.name.strip() or len(self.name) > NAME_LIMIT:
            raise ValueError(f"A racer's name has 1 to {NAME_LIMIT} characters.")
        if self.colour not in RACER_COLOURS:
            raise ValueError(f"{self.colour} is not one of the eight racing colours.")
        if self.country and not (
            len(self.country) == 2 and self.country.isalpha() and self.country.isupper()
        ):
            raise ValueError(f"{self.country} is not a country code of two capital letters.")

    @property
    def initials(self) -> str:
        """One or two letters for the place where a picture would be."""
        words = self.name.split()
        letters = words[0][:1] + (words[-1][:1] if len(words) > 1 else "")
        return letters.upper()
