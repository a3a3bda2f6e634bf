"""The rehearsal as people start it: real programs, real lines, a report."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def start(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "deepracer_desk", *words],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def test_a_rehearsal_without_a_screen_records_what_the_cars_drove(tmp_path: Path) -> None:
    report, shots = tmp_path / "report.json", tmp_path / "shots"
    done = start(
        *("demo", "--headless", "--laps", "6", "--speed", "10", "--seed", "4"),
        *("--report", str(report), "--shots", str(shots), "--data-dir", str(tmp_path / "data")),
    )
    assert done.returncode == 0, done.stderr + done.stdout
    found = json.loads(report.read_text())
    assert found["laps_driven"] >= 6
    assert found["laps_recorded"] == found["laps_driven"]
    assert (found["laps_lost"], found["laps_duplicated"], found["crashes"]) == (0, 0, 0)
    assert found["max_lap_error_us"] <= 1000
    assert found["leaderboards_agree"] is True
    assert len(found["screens"]) > 30
    for name in found["screens"]:
        assert (shots / name).stat().st_size > 10_000
    assert "final standings" in done.stdout


def test_the_self_check_finds_this_copy_well() -> None:
    done = start("self-check")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "All is well." in done.stdout
