import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO
from logging.handlers import RotatingFileHandler
from pathlib import Path

import pytest

from deepracer_desk.system.logs import LOG_FILE, RunningLogs, hard_crashes, last_lines, redact, start_logs
from deepracer_desk.system.paths import Paths

LOGGER = logging.getLogger("deepracer_desk.fleet")


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path)


@pytest.fixture
def console() -> StringIO:
    return StringIO()


@pytest.fixture
def running(paths: Paths, console: StringIO) -> Iterator[RunningLogs]:
    level = logging.getLogger().level
    logs = start_logs(paths, console=console)
    yield logs
    logs.stop()
    logging.getLogger().setLevel(level)


def lines(paths: Paths) -> list[dict[str, str]]:
    return [json.loads(line) for line in (paths.logs / LOG_FILE).read_text(encoding="utf-8").splitlines()]


def test_a_record_becomes_one_json_line_with_time_level_and_topic(paths: Paths, running: RunningLogs) -> None:
    LOGGER.info("Car %s has %d models", "AMSS-7K2P", 3)
    running.stop()
    line = lines(paths)[-1]
    assert line["text"] == "Car AMSS-7K2P has 3 models"
    assert (line["level"], line["topic"], line["thread"]) == ("INFO", "deepracer_desk.fleet", "MainThread")
    assert line["utc"].endswith("+00:00")


@pytest.mark.usefixtures("expected_warnings")
def test_a_traceback_stays_in_its_line_and_reaches_the_console(
    paths: Paths, running: RunningLogs, console: StringIO
) -> None:
    try:
        raise ValueError("password=hunter2")
    except ValueError:
        LOGGER.exception("Car went away")
    LOGGER.info("quiet")
    running.stop()
    line = lines(paths)[-2]
    assert "ValueError" in line["traceback"]
    assert "hunter2" not in line["traceback"]
    assert console.getvalue().startswith("error: Car went away\nTraceback")
    assert "quiet" not in console.getvalue()
    assert "hunter2" not in console.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        "login with password=SESAME&x=1",
        'body {"password": "SESAME"}',
        "passwd: SESAME",
        "Authorization: Bearer SESAME",
        "Cookie: session=SESAME",
        "api_key='SESAME'",
        "csrf_token=SESAME;",
        "http://admin:SESAME@192.168.1.5/",
        "wrote to SESAME@example.org",
    ],
)
def test_secrets_do_not_reach_the_log(text: str) -> None:
    assert "SESAME" not in redact(text)
    assert "[removed]" in redact(text)


def test_ordinary_text_stays_as_it_is() -> None:
    text = "Lap 7 of car AMSS-7K2P took 9.312 s at http://192.168.1.5:8080/cars?id=3"
    assert redact(text) == text


def test_the_file_is_turned_over_and_five_are_kept(
    paths: Paths, running: RunningLogs, monkeypatch: pytest.MonkeyPatch
) -> None:
    (file,) = (each for each in running._listener.handlers if isinstance(each, RotatingFileHandler))
    assert file.maxBytes == 5 * 1024 * 1024
    monkeypatch.setattr(file, "maxBytes", 2000)
    for number in range(200):
        LOGGER.info("Line %d", number)
    running.stop()
    assert len(list(paths.logs.iterdir())) == 5
    assert json.loads(last_lines(paths, 1)[0])["text"] == "Line 199"
    assert json.loads(last_lines(paths, 12)[0])["text"] == "Line 188"


def test_a_quiet_end_leaves_no_crash_file_and_can_be_asked_twice(paths: Paths, running: RunningLogs) -> None:
    running.stop()
    running.stop()
    assert list(paths.crash.iterdir()) == []


def test_a_hard_crash_leaves_the_stack_for_the_next_start(paths: Paths) -> None:
    code = (
        "import ctypes, sys, pathlib\n"
        "from deepracer_desk.system.logs import start_logs\n"
        "from deepracer_desk.system.paths import Paths\n"
        "start_logs(Paths(pathlib.Path(sys.argv[1])))\n"
        "def fatal_place():\n    ctypes.string_at(0)\n"
        "fatal_place()\n"
    )
    ended = subprocess.run([sys.executable, "-c", code, str(paths.root)], capture_output=True, check=False)
    assert ended.returncode != 0
    (report,) = hard_crashes(paths)
    assert "fatal_place" in report.read_text(encoding="utf-8")
