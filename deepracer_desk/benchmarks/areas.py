"""Which benchmarks there are; each is imported when it is run."""

from deepracer_desk.benchmarks.figure import Measure


def offered() -> dict[str, dict[str, Measure]]:
    """Return the benchmarks of this version by area and name."""
    from deepracer_desk.benchmarks import boards, faults, lines, windows  # noqa: PLC0415 - Qt is heavy

    return {
        "desk": {
            "leaderboard": boards.leaderboard,
            "commit": lines.commit,
            "lap_error": lines.lap_error,
            "start": windows.start,
            "windows": windows.windows,
        },
        "faults": {"crossings": faults.crossings, "races": faults.races},
    }
