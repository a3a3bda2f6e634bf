"""The words after the program's name."""

import argparse
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from deepracer_desk import __version__
from deepracer_desk.system.options import Mode, Options
from deepracer_desk.system.paths import data_root, demo_root

PROGRAM = "deepracer-desk"


def parse(argv: Sequence[str] | None = None, environ: Mapping[str, str] = os.environ) -> Options:
    """Return what the words ask for.

    Raises:
        SystemExit: the words make no sense, or only help or the version was wanted.
    """
    said = _parser().parse_args(argv)
    mode = Mode(said.mode or Mode.DESK)
    given: Path | None = said.data_dir_here or said.data_dir
    root = data_root(given, environ)
    if mode is not Mode.DEMO:
        return Options(
            mode=mode,
            data_dir=root,
            names=tuple(getattr(said, "names", ())),
            json=getattr(said, "json", None),
        )
    return Options(
        mode=mode,
        data_dir=said.keep or demo_root(root),
        headless=said.headless,
        laps=said.laps,
        report=said.report,
        shots=said.shots,
        speed=said.speed,
        seed=said.seed,
        keep=said.keep,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=PROGRAM, description="Runs a DeepRacer event on one laptop.", allow_abbrev=False
    )
    parser.add_argument("--version", action="version", version=f"DeepRacer Desk {__version__}")
    _add_data_dir(parser, "data_dir")
    parser.set_defaults(data_dir_here=None)
    modes = parser.add_subparsers(
        dest="mode", metavar="WHAT", title="what to do (without a word: open the app)"
    )
    _add_demo(modes.add_parser(Mode.DEMO, help="rehearse a race day with virtual cars", allow_abbrev=False))
    check = modes.add_parser(
        Mode.SELF_CHECK, help="prove that this copy works on this computer", allow_abbrev=False
    )
    _add_data_dir(check, "data_dir_here")
    benchmarks = modes.add_parser(Mode.BENCHMARKS, help="measure this computer", allow_abbrev=False)
    benchmarks.add_argument("names", nargs="*", metavar="NAME", help="only these areas")
    benchmarks.add_argument("--json", type=_path, metavar="FILE", help="write the figures there")
    _add_data_dir(benchmarks, "data_dir_here")
    return parser


def _add_demo(demo: argparse.ArgumentParser) -> None:
    demo.add_argument(
        "--headless", action="store_true", help="no window on a screen; chosen by itself without a display"
    )
    demo.add_argument("--laps", type=_count, metavar="N", help="end after N recorded laps")
    demo.add_argument("--report", type=_path, metavar="FILE", help="write what was measured (JSON)")
    demo.add_argument("--shots", type=_path, metavar="DIR", help="write a picture of every screen")
    demo.add_argument(
        "--speed", type=_factor, default=1.0, metavar="X", help="virtual cars drive X times as fast"
    )
    demo.add_argument("--seed", type=int, default=0, metavar="S", help="make chance repeatable")
    demo.add_argument("--keep", type=_path, metavar="DIR", help="keep the rehearsal's data there")
    _add_data_dir(demo, "data_dir_here")


def _add_data_dir(parser: argparse.ArgumentParser, name: str) -> None:
    """Take the data folder before and after the word for the job; people write it in both places."""
    parser.add_argument("--data-dir", dest=name, type=_path, metavar="DIR", help="use this data folder")


def _path(text: str) -> Path:
    if not text:
        raise argparse.ArgumentTypeError("a name is needed")
    return Path(text).expanduser().absolute()


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of laps, such as 20")
    return int(text)


def _factor(text: str) -> float:
    try:
        factor = float(text)
    except ValueError:
        factor = 0.0
    if not 0.1 <= factor <= 100:
        raise argparse.ArgumentTypeError(f"{text!r} is not a factor from 0.1 to 100")
    return factor
