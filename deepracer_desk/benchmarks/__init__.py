"""Measures the figures the desk must reach, each beside its goal and, where there is one, its baseline."""

import json
import sys
from collections.abc import Sequence

from deepracer_desk.benchmarks import areas
from deepracer_desk.benchmarks.figure import Figure, Measurement
from deepracer_desk.domain.errors import DeskError
from deepracer_desk.system.atomic_file import write_atomically
from deepracer_desk.system.options import Options

REACHED, MISSED, UNKNOWN = 0, 1, 2


def run(options: Options, offered: Sequence[Measurement] = areas.OFFERED) -> int:
    """Measure what was asked for, print a table, write the JSON file.

    Returns:
        0 when every goal is reached, 1 when one is missed or not measured, 2 when a name is not known.
    """
    sentence = unknown(options.names, offered)
    if sentence:
        print(sentence, file=sys.stderr)  # noqa: T201 - what a command line answers
        return UNKNOWN
    wanted = set(options.names)
    found = list[Figure]()
    complete = True
    for item in offered:
        asked = [name for name in item.figures if not wanted or item.area in wanted or name in wanted]
        if not asked:
            continue
        print(f"Measuring {item.area}: {', '.join(asked)} …", flush=True)  # noqa: T201 - progress
        try:
            found.extend(figure for figure in item.measure() if figure.name in asked)
        except DeskError as error:
            complete = False
            print(f"Not measured: {error} {error.hint}".rstrip(), file=sys.stderr)  # noqa: T201 - the result
    for line in table(found):
        print(line)  # noqa: T201 - the result
    if options.json is not None:
        text = json.dumps([figure.as_json() for figure in found], indent=2)
        write_atomically(options.json, f"{text}\n".encode())
    return REACHED if complete and all(figure.passed for figure in found) else MISSED


def unknown(names: Sequence[str], offered: Sequence[Measurement]) -> str:
    """Return a sentence about names that cannot be measured; empty when all can be."""
    known = dict.fromkeys(item.area for item in offered)
    figures = [name for item in offered for name in item.figures]
    wrong = [name for name in names if name not in known and name not in figures]
    if not wrong:
        return ""
    later = [name for name in wrong if name in areas.LATER]
    strange = [name for name in wrong if name not in areas.LATER]
    sentences = [f"Not part of this version yet: {', '.join(later)}."] if later else []
    if strange:
        sentences.append(f"There is no benchmark {', '.join(strange)}.")
    sentences.append(f"There are the areas {', '.join(known)} with the figures {', '.join(figures)}.")
    return " ".join(sentences)


def table(figures: Sequence[Figure]) -> list[str]:
    """Return the figures as lines of a table; none when there are none."""
    if not figures:
        return []
    rows = [("figure", "value", "unit", "goal", "baseline", "verdict")]
    for figure in figures:
        sign = "<=" if figure.at_most else ">="
        verdict = "for information" if figure.goal is None else "reached" if figure.passed else "MISSED"
        rows.append(
            (
                f"{figure.area}: {figure.name}",
                f"{figure.value:,.3f}".removesuffix(".000"),
                figure.unit,
                "–" if figure.goal is None else f"{sign} {figure.goal:g}",
                "–" if figure.baseline is None else f"{figure.baseline:,.3f}",
                verdict,
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
