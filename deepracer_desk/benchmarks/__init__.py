"""Measures the figures the desk must reach, each beside its goal and, where there is one, its baseline."""

import json
import sys
from collections.abc import Sequence

from deepracer_desk.benchmarks import areas
from deepracer_desk.benchmarks.figure import Figure, Measure
from deepracer_desk.system.atomic_file import write_atomically
from deepracer_desk.system.options import Options

MISSED, UNKNOWN = 1, 2


def run(options: Options) -> int:
    """Measure what was asked for, print a table, write the JSON file; 0 when every goal is reached."""
    offered = areas.offered()
    wrong = [name for name in options.names if name not in offered and name not in _names(offered)]
    if wrong:
        print(  # noqa: T201 - what a command line answers
            f"There is no benchmark {', '.join(wrong)} in this version. There are the areas "
            f"{', '.join(offered)} with {', '.join(_names(offered))}.",
            file=sys.stderr,
        )
        return UNKNOWN
    found = list[Figure]()
    for area, measures in offered.items():
        for name, measure in measures.items():
            if not options.names or area in options.names or name in options.names:
                print(f"Measuring {area}: {name} …", flush=True)  # noqa: T201 - progress
                found.extend(measure())
    for line in table(found):
        print(line)  # noqa: T201 - the result
    if options.json is not None:
        text = json.dumps([figure.as_json() for figure in found], indent=2)
        write_atomically(options.json, f"{text}\n".encode())
    return MISSED if any(not figure.passed for figure in found) else 0


def _names(offered: dict[str, dict[str, Measure]]) -> list[str]:
    return [name for measures in offered.values() for name in measures]


def table(figures: Sequence[Figure]) -> list[str]:
    """Return the figures as lines of a table."""
    rows = [("", "figure", "value", "goal", "baseline")]
    for figure in figures:
        sign = "<=" if figure.at_most else ">="
        rows.append(
            (
                "good" if figure.passed else "BAD",
                f"{figure.area}: {figure.name}",
                f"{figure.value:,.3f} {figure.unit}",
                "–" if figure.goal is None else f"{sign} {figure.goal:g}",
                "–" if figure.baseline is None else f"{figure.baseline:,.3f}",
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
