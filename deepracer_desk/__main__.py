"""Starts what the command line asks for; nothing heavy is imported before the choice."""

import multiprocessing
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from deepracer_desk.domain.errors import DeskError
from deepracer_desk.system import display
from deepracer_desk.system.command_line import parse
from deepracer_desk.system.options import Mode, Options

REFUSED = 2
INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code: 0 done, 1 a check is red, 2 not possible here."""
    multiprocessing.freeze_support()
    options = parse(argv)
    obstacle = qt_obstacle(sys.version_info[:2], _qt_version()) or screen_obstacle(options)
    if obstacle:
        print(obstacle, file=sys.stderr)
        return REFUSED
    try:
        return _run(_with_screen_facts(options))
    except KeyboardInterrupt:
        return INTERRUPTED
    except DeskError as error:
        print(f"{error} {error.hint}".rstrip(), file=sys.stderr)
        return REFUSED
    except ImportError as error:
        if not _is_system_library(error):
            raise
        print(library_obstacle(error), file=sys.stderr)
        return REFUSED


def qt_obstacle(python: tuple[int, int], qt: tuple[int, ...]) -> str:
    """Return why this PySide6 cannot be used with this Python, or nothing.

    PySide6 6.12 loses a reference of None with almost every call; before Python 3.12 (where None is immortal)
    that ends the process in the middle of a race.
    """
    if qt < (6, 12) or python >= (3, 12):
        return ""
    return (
        f"PySide6 {'.'.join(map(str, qt))} ends the app within minutes on Python {python[0]}.{python[1]}. "
        "Install an earlier one: pip install 'PySide6<6.12'."
    )


def screen_obstacle(options: Options) -> str:
    """Return why no window can be opened, or nothing; the other jobs need none."""
    if options.mode is not Mode.DESK and (options.mode is not Mode.DEMO or options.headless):
        return ""
    if not display.has_screen():
        if options.mode is Mode.DEMO or display.platform_chosen():
            return ""
        return (
            f"There is no display here, so the app cannot open its window. See it at work: {_program()} demo"
        )
    package = display.missing_library()
    if package:
        return f"Windows need the system library {package}. Install it: sudo apt-get install {package}"
    return ""


def library_obstacle(error: ImportError) -> str:
    """Return what to do when Qt itself finds a library of the system missing."""
    library = str(error).split(":")[0]
    if in_source_tree():
        return (
            f"The system library {library} is missing. Run this once as root, it installs it: python3 desk.py"
        )
    return f"The system library {library} is missing. Install the package of your system that has it."


def in_source_tree() -> bool:
    """Tell whether this copy is a clone with its bootstrap beside it."""
    return (Path(__file__).parent.parent / "desk.py").is_file()


def _program() -> str:
    return "python3 desk.py" if in_source_tree() else "deepracer-desk"


def _with_screen_facts(options: Options) -> Options:
    """Let Qt draw into memory where nobody would see a window."""
    if options.mode is Mode.DESK:
        return options
    headless = options.headless or not display.has_screen()
    if headless:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    return replace(options, headless=headless)


def _qt_version() -> tuple[int, ...]:
    """Return PySide6's version without importing it; nothing when it is not known, as in a bundle."""
    try:
        return tuple(int(part) for part in version("PySide6_Essentials").split(".")[:3])
    except (PackageNotFoundError, ValueError):
        return ()


def _is_system_library(error: ImportError) -> bool:
    return "cannot open shared object file" in str(error)


def _run(options: Options) -> int:
    match options.mode:
        case Mode.DESK:
            from deepracer_desk import app

            return app.run(options)
        case Mode.DEMO:
            from deepracer_desk import demo

            return demo.run(options)
        case Mode.SELF_CHECK:
            from deepracer_desk import self_check

            return self_check.run(options)
        case Mode.BENCHMARKS:
            from deepracer_desk import benchmarks

            return benchmarks.run(options)


if __name__ == "__main__":
    sys.exit(main())
