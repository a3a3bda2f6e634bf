"""Proves an installed copy on this computer: everything it ships, opened, migrated, raced and drawn once."""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from deepracer_desk import __version__
from deepracer_desk.domain.errors import DeskError
from deepracer_desk.system import resources
from deepracer_desk.system.options import Options

RACE_S = 12.0  # s of real time for a lap of a virtual car at 20 times life's speed


def run(_options: Options) -> int:
    """Do every check, say how each went, return 0 when all are good.

    The data folder of the desk is not touched; each check has a temporary one.
    """
    checks: dict[str, Callable[[Path], str]] = {
        "resources": _check_resources,
        "database": _check_database,
        "race": _check_race,
        "projector": _check_projector,
    }
    print(f"DeepRacer Desk {__version__} on Python {sys.version.split()[0]}")  # noqa: T201 - its output
    red = 0
    for name, check in checks.items():
        begun = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="desk-self-check-") as folder:
            try:
                word, said = "good", check(Path(folder))
            except (DeskError, OSError, AssertionError, ImportError, ValueError) as error:
                word, said = "BAD ", f"{type(error).__name__}: {error}"
                red += 1
        print(f"{word}  {name:<10} {said} ({time.monotonic() - begun:.1f} s)")  # noqa: T201 - its output
    print("All is well." if not red else f"{red} of {len(checks)} checks are bad.")  # noqa: T201
    return 1 if red else 0


def _check_resources(_folder: Path) -> str:
    found = 0
    for folder in ("fonts", "themes", "icons", "sounds"):
        names = resources.names(folder)
        if not names:
            raise ValueError(f"The folder {folder} is empty.")
        for name in names:
            found += bool(resources.read_bytes(name))
    return f"{found} files can be read"


def _check_database(folder: Path) -> str:
    from deepracer_desk.core import Core  # noqa: PLC0415 - a broken library must not hide the other checks
    from deepracer_desk.system.paths import Paths  # noqa: PLC0415

    core = Core(Paths(folder), look_around=False)
    try:
        core.roster.add("Check")
        archive = core.backups.export(folder / "check.drdesk")
        size = archive.stat().st_size
    finally:
        core.close()
    again = Core(Paths(folder), look_around=False)
    try:
        again.backups.restore(archive)
    finally:
        again.close()
    restored = Core(Paths(folder), look_around=False)
    try:
        if [racer.name for racer in restored.roster.racers()] != ["Check"]:
            raise ValueError("The restored database is not the one that was exported.")
    finally:
        restored.close()
    return f"made, exported ({size // 1024} kB) and restored"


def _check_race(folder: Path) -> str:
    from deepracer_desk.rehearsal_desk import RehearsalDesk  # noqa: PLC0415

    desk = RehearsalDesk(folder, warp=20.0, seed=1)
    try:
        desk.start()
        end = time.monotonic() + RACE_S
        while time.monotonic() < end and min(crew.laps_driven for crew in desk.crews) < 1:
            time.sleep(0.1)
        desk.rest()
        time.sleep(0.5)
        found = desk.findings()
    finally:
        desk.close()
    if not found.laps_driven or found.laps_lost or found.laps_duplicated:
        raise ValueError(
            f"{found.laps_driven} laps driven, {found.laps_lost} lost, {found.laps_duplicated} doubled."
        )
    return f"{found.laps_recorded} laps from station programs, none lost"


def _check_projector(folder: Path) -> str:
    from deepracer_desk.app import picture_of_the_stage  # noqa: PLC0415

    target = folder / "stage.png"
    colours = picture_of_the_stage(target)
    if colours < 50:
        raise ValueError(f"The stage shows {colours} colours only.")
    return f"drawn, {target.stat().st_size // 1024} kB"
