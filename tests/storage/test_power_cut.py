"""What is left when the program dies at any moment: all that was promised, and nothing half."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine

from deepracer_desk.domain.ids import RunId
from deepracer_desk.storage.engine import close_engine, open_engine
from deepracer_desk.storage.migration import migrate
from deepracer_desk.storage.races_store import RacesStore
from deepracer_desk.storage.standings_store import StandingsStore
from tests.storage.records import ANN, EVENT, TRACK, a_world

WRITER = Path(__file__).parent / "writer_process.py"
ROOT = Path(__file__).parents[2]


def killed_after(path: Path, writes: int, spins: int) -> tuple[dict[str, int], int]:
    """Let a desk write, kill it, and return what it was promised: last line of each run, last station event.

    Args:
        spins: how long to dally between the last write seen and the kill, so that it falls anywhere.
    """
    lines = list[str]()
    with subprocess.Popen(
        [sys.executable, str(WRITER), str(path), "1000"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    ) as writer:
        assert writer.stdout is not None
        for line in writer.stdout:
            lines.append(line)
            if len(lines) > writes:
                break
        for _ in range(spins):
            pass
        writer.send_signal(signal.SIGKILL)
        lines += writer.stdout.readlines()
    assert lines[0] == "READY\n"
    promised = dict[str, int]()
    last_n = 0
    for line in lines[1:]:
        if line.endswith("\n"):
            run_id, seq, n = line.split()
            promised[run_id] = int(seq)
            last_n = int(n)
    return promised, last_n


def check(engine: Engine, promised: dict[str, int], last_n: int) -> None:
    store = RacesStore(engine)
    for run_id, seq in promised.items():
        assert len(store.entries(RunId(run_id))) >= seq
    stored = store.positions("0badcafe").get(7, 0)
    assert last_n <= stored <= last_n + 1  # at most the write that was under way
    told = list[int]()
    for head in store.heads():
        entries = store.entries(head.run_id)
        assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
        assert len(entries) % 2 == 1  # both lines of a write are there, or none
        assert len(store.laps(head.run_id)) == head.laps == (len(entries) - 1) // 2
        told += [entry.action.n for entry in entries[1::2]]  # pyright: ignore[reportAttributeAccessIssue]
    assert sorted(told) == list(range(1, stored + 1))  # every stored event is in a run, once
    standings = StandingsStore(engine)
    kept = standings.summaries(EVENT, TRACK)
    assert [summary.driven_laps for summary in kept] == [stored]
    standings.rebuild(EVENT)
    assert standings.summaries(EVENT, TRACK) == kept
    assert {summary.racer_id for summary in kept} == {ANN}


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system kills otherwise")
def test_all_that_was_promised_is_there_after_a_kill_and_nothing_half(tmp_path: Path) -> None:
    path = tmp_path / "desk.sqlite"
    engine = open_engine(path)
    migrate(engine, tmp_path / "backups")
    a_world(engine)
    close_engine(engine)
    dice = random.Random(11)
    for _ in range(4):
        promised, last_n = killed_after(path, dice.randrange(20, 150), dice.randrange(300_000))
        engine = open_engine(path)
        migrate(engine, tmp_path / "backups")
        check(engine, promised, last_n)
        close_engine(engine)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system kills otherwise")
def test_a_kill_inside_a_transaction_leaves_nothing_of_it(tmp_path: Path) -> None:
    path = tmp_path / "desk.sqlite"
    engine = open_engine(path)
    migrate(engine, tmp_path / "backups")
    close_engine(engine)
    program = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from sqlalchemy import text\n"
        "from deepracer_desk.storage.engine import open_engine, writing\n"
        "from tests.storage.records import a_world\n"
        "engine = open_engine(Path(sys.argv[1]))\n"
        "a_world(engine)\n"
        "with writing(engine) as session:\n"
        "    session.execute(text('DELETE FROM event_tracks'))\n"
        "    session.execute(text('DELETE FROM events'))\n"
        "    session.connection().exec_driver_sql('PRAGMA cache_spill = 1')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program, str(path)],
        check=False,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert ended.returncode == -signal.SIGKILL
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM events").fetchone() == (1,)
        assert connection.execute("SELECT count(*) FROM event_tracks").fetchone() == (1,)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
