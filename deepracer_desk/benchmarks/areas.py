"""Which benchmarks this version has."""

from deepracer_desk.benchmarks import boards, crossing_campaign, lines, race_campaign, windows
from deepracer_desk.benchmarks.figure import Measurement

LATER = ("cars", "simulator", "fidelity", "training")  # areas whose programs this version does not have

OFFERED: tuple[Measurement, ...] = (
    boards.LEADERBOARD,
    lines.COMMIT,
    lines.LAP_ERROR,
    lines.ON_THE_WIRE,
    *windows.MEASUREMENTS,
    crossing_campaign.CROSSINGS,
    race_campaign.RACES,
)


def area_names() -> tuple[str, ...]:
    """Return the areas, each once, in order."""
    return tuple(dict.fromkeys(item.area for item in OFFERED))
