"""Writes the lock files: python packaging/lock.py, with network, in the desk's own environment.

The exact versions of all that `pyproject.toml` asks for go into `requirements.lock` (to run) and
`requirements-dev.lock` (to check and test). There are no hashes: pip names only the wheels of the system this
runs on, and a lock with those alone would be refused on every other system.
"""

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
HEAD = """\
# Written by `python packaging/lock.py`; edit pyproject.toml instead.
# No hashes: only those of one system would be known, and every other system would refuse the file.
"""


def resolve(wanted: list[str]) -> list[dict[str, Any]]:
    """Return what pip would install into an empty environment."""
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--dry-run",
        "--ignore-installed",
        "--quiet",
        "--report",
        "-",
    ]
    answer = subprocess.run([*command, *wanted], stdout=subprocess.PIPE, check=True)
    return [entry["metadata"] for entry in json.loads(answer.stdout)["install"]]


def conditions(wanted: list[str], found: list[dict[str, Any]]) -> dict[str, str]:
    """Return under which marker each package is needed; nothing where it always is."""
    asked = [Requirement(text) for text in wanted]
    asked += [Requirement(text) for each in found for text in each.get("requires_dist", [])]
    markers: dict[str, set[str]] = {}
    for need in asked:
        marker = "" if need.marker is None or "extra" in str(need.marker) else str(need.marker)
        if need.marker is None or "extra" in str(need.marker) or need.marker.evaluate():
            markers.setdefault(canonicalize_name(need.name), set()).add(marker)
    return {
        name: "" if "" in some else " or ".join(f"({each})" for each in sorted(some))
        for name, some in markers.items()
    }


def write(path: Path, wanted: list[str]) -> None:
    """Write one lock file."""
    found = resolve(wanted)
    where = conditions(wanted, found)
    lines: list[str] = []
    for each in sorted(found, key=lambda entry: canonicalize_name(entry["name"])):
        marker = where.get(canonicalize_name(each["name"]), "")
        lines.append(f"{each['name']}=={each['version']}" + (f" ; {Marker(marker)}" if marker else ""))
    path.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    print(f"{path.relative_to(ROOT)}: {len(lines)} packages")


def main() -> int:
    """Write both lock files."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed: list[str] = project["dependencies"]
    write(ROOT / "packaging" / "requirements.lock", needed)
    write(ROOT / "packaging" / "requirements-dev.lock", [*needed, *project["optional-dependencies"]["dev"]])
    return 0


if __name__ == "__main__":
    sys.exit(main())
