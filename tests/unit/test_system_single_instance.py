import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from deepracer_desk.system.single_instance import SingleInstance

HOLD = (
    "import sys, pathlib\n"
    "from deepracer_desk.system.single_instance import SingleInstance\n"
    "first = SingleInstance(pathlib.Path(sys.argv[1]), lambda: print('raise', flush=True))\n"
    "print(first.acquire(), flush=True)\n"
    "sys.stdin.read()\n"
)


def nothing() -> None: ...


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    return tmp_path / "desk.lock"


@pytest.fixture
def other(lock: Path) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-c", HOLD, str(lock)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "True\n"
        yield process
        process.kill()


def test_a_second_start_is_refused_and_raises_the_first_window(lock: Path) -> None:
    raised = threading.Event()
    with SingleInstance(lock, raised.set) as first, SingleInstance(lock, nothing) as second:
        assert first.acquire()
        assert not second.acquire()
        assert second.ask_first()
        assert raised.wait(5)


def test_another_process_is_refused_too_and_asked(lock: Path, other: "subprocess.Popen[str]") -> None:
    with SingleInstance(lock, nothing) as mine:
        assert not mine.acquire()
        assert mine.first_pid() == other.pid
        assert mine.ask_first()
        assert other.stdout is not None
        assert other.stdout.readline() == "raise\n"


def test_the_lock_dies_with_a_killed_process(lock: Path, other: "subprocess.Popen[str]") -> None:
    other.kill()
    other.wait(10)
    with SingleInstance(lock, nothing) as mine:
        assert not mine.ask_first()
        assert mine.acquire()


def test_two_data_folders_have_two_apps(tmp_path: Path) -> None:
    with SingleInstance(tmp_path / "a", nothing) as one, SingleInstance(tmp_path / "b", nothing) as two:
        assert one.acquire()
        assert two.acquire()


def test_a_released_folder_can_be_taken_again(lock: Path) -> None:
    with SingleInstance(lock, nothing) as one:
        assert one.acquire()
        one.release()
        assert one.acquire()
        one.release()
    with SingleInstance(lock, nothing) as two:
        assert two.acquire()


def test_a_stranger_without_the_word_raises_nothing(lock: Path) -> None:
    raised = threading.Event()
    with SingleInstance(lock, raised.set) as first, SingleInstance(lock, nothing) as stranger:
        assert first.acquire()
        note = json.loads(lock.read_text())
        lock.write_text(json.dumps({**note, "word": "guessed"}))
        assert not stranger.ask_first()
        lock.write_text("not a note")
        assert not stranger.ask_first()
        assert stranger.first_pid() is None
        assert not raised.is_set()
