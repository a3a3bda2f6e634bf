"""The station as a program: its command line, its configuration, its end by force."""

import json
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.helpers.stations import StationProgram
from timing_firmware.config import ConfigError, config_from, read_config
from timing_firmware.journal import Journal

ROOT = Path(__file__).parents[2]
QUICK = '{"filter": {"lockout_us": 200000, "quiet_us": 20000, "noise_eps": 1000}}'


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "timing_firmware", *arguments],
        capture_output=True,
        text=True,
        timeout=20,
        cwd=ROOT,
        check=False,
    )


def crossings(folder: Path) -> list[int]:
    journal = Journal(folder / "journal", now_us=lambda: 0, wall_s=lambda: 0.0)
    stamps: list[int] = []
    for epoch, first, last in journal.spans():
        for n in range(first, last + 1):
            record = journal.read(epoch, n)
            assert record is not None
            assert record.n == n
            if record.draft.kind == "x":
                stamps.append(record.draft.time_us)
    journal.close()
    return stamps


def test_it_is_ready_in_less_than_two_seconds_and_ends_cleanly_when_told(tmp_path: Path) -> None:
    begin_s = time.monotonic()
    program = StationProgram(tmp_path / "data", "--name", "Track A").start()
    assert time.monotonic() - begin_s < 2.0
    assert program.facts["name"] == "Track A"
    assert program.facts["tcp_port"] > 0
    assert program.stop() == 0


def test_it_ends_cleanly_when_its_input_ends(tmp_path: Path) -> None:
    program = StationProgram(tmp_path / "data").start()
    assert program.process is not None
    assert program.process.stdin is not None
    program.process.stdin.close()
    assert program.process.wait(5) == 0
    program.close()


def test_it_keeps_its_identity_and_its_numbers(tmp_path: Path) -> None:
    program = StationProgram(tmp_path / "data").start()
    first = program.facts
    program.kill()
    program.start()
    assert program.facts == first
    program.stop()


def test_wrong_commands_are_answered_and_change_nothing(tmp_path: Path) -> None:
    program = StationProgram(tmp_path / "data").start()
    for command in (
        "nonsense",
        [],
        {},
        {"edge": {}},
        {"edge": {"sensor": 9, "level": 1}},
        {"pass": {"x": 1}},
    ):
        program.say(command)
        assert program.answer("error")
    assert program.now_us() > 0
    program.stop()
    assert crossings(tmp_path / "data") == []


@pytest.mark.slow
def test_a_station_killed_at_any_moment_loses_nothing_that_was_written_and_counts_on(tmp_path: Path) -> None:
    settings = tmp_path / "settings.json"
    settings.write_text(QUICK, encoding="utf-8")
    chance = random.Random(11)
    program = StationProgram(tmp_path / "data", "--config", str(settings)).start()
    sure: list[int] = []
    given: set[int] = set()
    for _ in range(12):
        at_us = program.now_us() + 2_000
        program.cross(at_us, speed_mps=4)
        given.add(at_us)
        wait_us = chance.choice((0, 3_000, 60_000))
        while program.now_us() < at_us + wait_us:
            pass
        program.kill()
        if wait_us == 60_000:
            sure.append(at_us)
        program.start()
    program.kill()
    kept = crossings(tmp_path / "data")
    assert sure
    assert set(sure) <= set(kept) <= given
    assert len(kept) == len(set(kept))


def test_a_simulated_station_laps_by_itself(tmp_path: Path) -> None:
    with subprocess.Popen(
        [
            *(sys.executable, "-m", "timing_firmware", "--simulate", "--announce", "--no-zeroconf"),
            *("--tcp", "127.0.0.1:0", "--data-dir", str(tmp_path)),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["ready"]
        end_s = time.monotonic() + 4
        journal = tmp_path / "journal"
        while sum(path.stat().st_size for path in journal.glob("*.drtj")) < 3 * 64:
            assert time.monotonic() < end_s
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        assert process.wait(5) == 0
    assert len(crossings(tmp_path)) == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{", "is not JSON"),
        ("[]", "must hold one JSON object"),
        ('{"tcpp": ""}', "'tcpp' is no setting. There are "),
        ('{"name": 5}', "'name' must be a text."),
        ('{"tcp": "8765"}', "it must be an address and a port"),
        ('{"tcp": "", "serial": ""}', "no desk could ever reach the station"),
        ('{"source": "magic"}', "it must be one of gpio, simulated, driven"),
        ('{"sensors": [{"pin": 17}, {"pin": 17}]}', "different pins"),
        ('{"sensors": [{"pin": "17"}]}', "sensor 1 must look like"),
        (
            '{"filter": {"lockout_us": 1}}',
            "The filter setting lockout_us is 1; it must be 200000 to 15000000.",
        ),
        ('{"baud": true}', "'baud' must be a whole number."),
        ('{"name": "\\ud800"}', "half a character"),
        ('{"warp": 2}', "needs the source 'driven'"),
    ],
)
def test_a_bad_configuration_is_told_in_a_sentence(tmp_path: Path, content: str, sentence: str) -> None:
    path = tmp_path / "station.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match=re.escape(sentence)) as error:
        read_config(path)
    assert str(path) in str(error.value)


def test_a_missing_configuration_ends_the_program_with_one_sentence(tmp_path: Path) -> None:
    ended = run("--config", str(tmp_path / "none.json"))
    assert ended.returncode == 2
    assert "none.json cannot be read" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_an_address_in_use_ends_the_program_with_one_sentence(tmp_path: Path) -> None:
    program = StationProgram(tmp_path / "first").start()
    ended = run(
        *("--driven", "--no-zeroconf", "--data-dir", str(tmp_path / "second")),
        *("--tcp", f"127.0.0.1:{program.port}"),
    )
    program.stop()
    assert ended.returncode == 3
    assert "The station cannot start" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_command_line_goes_before_the_file(tmp_path: Path) -> None:
    config = config_from({"name": "from the line"}, config_from({"name": "from the file", "baud": 9600}))
    assert (config.name, config.baud) == ("from the line", 9600)


@pytest.mark.parametrize(
    "module",
    ["protocol", "crossing_filter", "journal", "records", "station", "desk_session", "service", "config"],
)
def test_the_parts_of_the_station_need_only_the_standard_library(module: str) -> None:
    code = (
        "import sys; before = set(sys.modules);"
        f"import timing_firmware.{module};"
        "new = {name.split('.')[0] for name in set(sys.modules) - before};"
        "print(sorted(new - set(sys.stdlib_module_names)))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert ended.stdout.strip() == "['timing_firmware']"
