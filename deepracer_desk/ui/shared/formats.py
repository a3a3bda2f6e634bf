"""How times look on every screen: cut off to milliseconds, never rounded, in columns that do not move."""

MINUS = "−"


def lap_time(time_us: int | None) -> str:
    """Return a lap as M:SS.mmm; a dash where there is none."""
    if time_us is None:
        return "–"
    minutes, rest_ms = divmod(max(0, time_us) // 1000, 60_000)
    return f"{minutes}:{rest_ms // 1000:02d}.{rest_ms % 1000:03d}"


def lap_clock(time_us: int | None) -> str:
    """Return a running lap clock as M:SS.mm: thousandths would only flicker."""
    return lap_time(time_us)[:-1] if time_us is not None else "0:00.00"


def gap(time_us: int | None) -> str:
    """Return a distance in time with its sign, +S.mmm; a dash for none."""
    if time_us is None:
        return "–"
    sign = MINUS if time_us < 0 else "+"
    milliseconds = abs(time_us) // 1000
    minutes, rest_ms = divmod(milliseconds, 60_000)
    seconds = f"{rest_ms // 1000:02d}" if minutes else f"{rest_ms // 1000}"
    return (
        f"{sign}{minutes}:{seconds}.{rest_ms % 1000:03d}"
        if minutes
        else f"{sign}{seconds}.{rest_ms % 1000:03d}"
    )


def race_clock(time_us: int | None) -> str:
    """Return race time as M:SS.t; a dash where there is no limit."""
    if time_us is None:
        return "–"
    minutes, rest_ms = divmod(max(0, time_us) // 1000, 60_000)
    return f"{minutes}:{rest_ms // 1000:02d}.{rest_ms % 1000 // 100}"


def countdown(time_us: int | None) -> str:
    """Return remaining time as M:SS.t, rounded up to the tenth so that 0 means over."""
    return "–" if time_us is None else race_clock(-(-max(0, time_us) // 100_000) * 100_000)


def age(time_us: int | None) -> str:
    """Return how long ago something was: 0.4 s, 12 s, 3 min, 2 h."""
    if time_us is None:
        return "–"
    seconds = max(0, time_us) / 1_000_000
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.0f} h"
