"""Command line of the timing station."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from timing_firmware.config import ConfigError, StationConfig, config_from, read_config


def main(arguments: list[str] | None = None) -> int:
    """Run the station until it is told to stop; return the exit status."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(
        level=logging.DEBUG if options.verbose else logging.INFO, format="%(levelname)s %(message)s"
    )
    try:
        config = _config(options)
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 2

    from timing_firmware.console import Console
    from timing_firmware.service import StationService

    try:
        service = StationService(config)
    except ImportError as error:
        print(f"The pins need the package gpiozero: {error}. Install it, or use --simulate.", file=sys.stderr)
        return 3
    except (OSError, ValueError, RuntimeError) as error:
        print(
            f"The station cannot start: {error}. Look at the configuration, or use --simulate.",
            file=sys.stderr,
        )
        return 3
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda _number, _frame: service.end())
    console = Console(
        service, sys.stdin.fileno(), sys.stdout, service.end if options.exit_with_input else _nothing
    )
    service.start()
    if options.announce:
        console.say({"ready": service.facts()})
    if options.driven or options.exit_with_input:
        console.start()
    service.run()
    return 0


def _nothing() -> None:
    """Go on when the input ends: a service has none."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="timing_firmware", description="DeepRacer Desk timing station")
    parser.add_argument("--config", type=Path, help="configuration file (JSON)")
    parser.add_argument("--simulate", action="store_true", help="mock pins and a car that laps by itself")
    parser.add_argument("--driven", action="store_true", help="edges are commanded on standard input")
    parser.add_argument("--announce", action="store_true", help="print one JSON line when ready")
    parser.add_argument("--exit-with-input", action="store_true", help="end when standard input ends")
    parser.add_argument("--data-dir", help="folder of the journal")
    parser.add_argument("--name", help="what people call the station")
    parser.add_argument("--tcp", help='"host:port" to listen on, "" for no network')
    parser.add_argument("--serial", help="port or URL of a wire to the desk")
    parser.add_argument("--no-zeroconf", action="store_true", help="do not announce on the network")
    parser.add_argument("--clock-id", type=int, help="name of the run of the clock; for rehearsals")
    parser.add_argument("--warp", type=float, help="run the clock faster; for rehearsals")
    parser.add_argument("--verbose", action="store_true")
    return parser


def _config(options: argparse.Namespace) -> StationConfig:
    given: dict[str, Any] = {
        name: value
        for name in ("data_dir", "name", "tcp", "serial", "warp")
        if (value := getattr(options, name)) is not None
    }
    if options.simulate or options.driven:
        given["source"] = "driven" if options.driven else "simulated"
    if options.no_zeroconf:
        given["zeroconf"] = False
    config = read_config(options.config) if options.config is not None else StationConfig()
    config = config_from(given, config)
    return replace(config, clock_id=options.clock_id)


if __name__ == "__main__":
    sys.exit(main())
