"""Runs every check and prints how each went: python packaging/check.py [--all] [words for pytest].

The same command for people and for the build server. Everything runs even when something is red; `--all` adds
the tests that take longer than a second. Needs the packages of requirements-dev.lock; `python3 desk.py test`
brings them.
"""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
QUICK_TESTS = ("unit", "contract", "storage", "simulator", "firmware", "ui")


@dataclass(frozen=True, slots=True)
class Result:
    """How one check went."""

    name: str
    passed: bool
    seconds: float


def checks(everything: bool, more: list[str]) -> dict[str, list[str]]:
    """Return the commands by name, quickest first."""
    python = sys.executable
    here = Path(python).parent
    tests = ["tests"] if everything else [f"tests/{name}" for name in QUICK_TESTS if any_test(name)]
    chosen = [] if everything else ["-m", "not slow and not hardware"]
    if everything:
        chosen = ["-m", "not hardware"]
    return {
        "format": [python, "-m", "ruff", "format", "--check", "."],
        "lint": [python, "-m", "ruff", "check", "."],
        "contracts": [str(here / "lint-imports"), "--no-logo"],
        "types": [python, "-m", "pyright"],
        "tests": [python, "-m", "pytest", "-n", "2", "-q", *chosen, *tests, *more],
    }


def any_test(name: str) -> bool:
    """Tell whether a folder has tests; pytest refuses to start on one that is not there."""
    return any((ROOT / "tests" / name).rglob("test_*.py"))


def run(name: str, command: list[str]) -> Result:
    """Run one check; what it says goes to the screen as it comes."""
    print(f"\n=== {name}: {' '.join([Path(command[0]).name, *command[1:]])}", flush=True)
    environ = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONHASHSEED": "0",
        "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1",
    }
    start = time.monotonic()
    try:
        code = subprocess.run(command, cwd=ROOT, env=environ).returncode
    except OSError as error:
        print(f"{command[0]} cannot be started ({error.strerror}).", flush=True)
        code = 1
    return Result(name, code == 0, time.monotonic() - start)


def table(results: list[Result]) -> str:
    """Return the closing table."""
    lines = [
        f"{each.name:<10} {'passed' if each.passed else 'RED':<7} {each.seconds:7.1f} s" for each in results
    ]
    total = sum(each.seconds for each in results)
    verdict = "passed" if all(each.passed for each in results) else "RED"
    return "\n".join(["", *lines, f"{'together':<10} {verdict:<7} {total:7.1f} s"])


def main(words: list[str]) -> int:
    """Run all; 0 when everything passed."""
    more = [word for word in words if word != "--all"]
    results = [run(name, command) for name, command in checks("--all" in words, more).items()]
    print(table(results), flush=True)
    return 0 if all(each.passed for each in results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
