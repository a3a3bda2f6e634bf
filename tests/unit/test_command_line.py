import os
import sys
import types
from pathlib import Path

import pytest

import deepracer_desk
from deepracer_desk import __main__ as program
from deepracer_desk import __version__
from deepracer_desk.domain.errors import DeskError
from deepracer_desk.system import display
from deepracer_desk.system.command_line import parse
from deepracer_desk.system.options import Mode, Options

HERE = {"DRDESK_DATA_DIR": "/data"}


def test_without_words_the_desk_opens_with_the_users_data() -> None:
    assert parse([], HERE) == Options(data_dir=Path("/data"))


def test_the_rehearsal_takes_all_its_words() -> None:
    words = ["demo", "--headless", "--laps", "20", "--report", "r.json", "--shots", "out", "--speed", "4"]
    words += ["--seed", "7", "--keep", "kept"]
    here = Path.cwd()
    assert parse(words, HERE) == Options(
        mode=Mode.DEMO,
        data_dir=here / "kept",
        headless=True,
        laps=20,
        report=here / "r.json",
        shots=here / "out",
        speed=4.0,
        seed=7,
        keep=here / "kept",
    )


def test_the_rehearsal_never_uses_the_folder_of_real_events() -> None:
    assert parse(["demo"], HERE).data_dir == Path("/data/rehearsal")
    assert parse(["demo", "--data-dir", "/real"], HERE).data_dir == Path("/real/rehearsal")


@pytest.mark.parametrize(
    "words", [["--data-dir", "/here", "self-check"], ["self-check", "--data-dir", "/here"]]
)
def test_the_data_folder_may_stand_before_or_after_the_job(words: list[str]) -> None:
    assert parse(words, HERE) == Options(mode=Mode.SELF_CHECK, data_dir=Path("/here"))


def test_benchmarks_take_names_and_a_file() -> None:
    options = parse(["benchmarks", "desk", "faults", "--json", "/f.json"], HERE)
    assert (options.mode, options.names, options.json) == (
        Mode.BENCHMARKS,
        ("desk", "faults"),
        Path("/f.json"),
    )


@pytest.mark.parametrize(
    "words",
    [
        ["dmeo"],
        ["demo", "--laps", "0"],
        ["demo", "--laps", "-3"],
        ["demo", "--speed", "nan"],
        ["--laps", "3"],
        ["demo", "--head"],
    ],
)
def test_words_that_make_no_sense_end_with_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        parse(words, HERE)
    assert "usage" in capsys.readouterr().err


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        parse(["--version"], HERE)
    assert capsys.readouterr().out == f"DeepRacer Desk {__version__}\n"


class Job:
    """Stands for the module of a job."""

    def __init__(self, answer: int | Exception) -> None:
        self.answer = answer
        self.seen: list[Options] = []
        self.platform = ""

    def run(self, options: Options) -> int:
        self.seen.append(options)
        self.platform = os.environ.get("QT_QPA_PLATFORM", "")
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A Linux computer without a display."""
    monkeypatch.setenv("QT_QPA_PLATFORM", "")  # restored afterwards, whatever the program sets
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(display, "has_screen", lambda: display._x_answers(os.environ.get("DISPLAY", "")))
    return monkeypatch


def put(monkeypatch: pytest.MonkeyPatch, name: str, answer: int | Exception = 0) -> Job:
    job = Job(answer)
    module = types.ModuleType(f"deepracer_desk.{name}")
    module.run = job.run  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, f"deepracer_desk.{name}", module)
    monkeypatch.setattr(deepracer_desk, name, module, raising=False)
    return job


def test_without_a_display_the_desk_says_so_and_names_the_rehearsal(
    bare: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    job = put(bare, "app")
    assert program.main([]) == 2
    said = capsys.readouterr().err
    assert "There is no display here" in said
    assert "python3 desk.py demo" in said
    assert not job.seen


def test_without_a_display_the_rehearsal_runs_headless_by_itself(bare: pytest.MonkeyPatch) -> None:
    job = put(bare, "demo", 5)
    assert program.main(["demo"]) == 5
    assert job.seen[0].headless
    assert job.platform == "offscreen"


def test_with_a_screen_the_rehearsal_opens_windows_unless_told(bare: pytest.MonkeyPatch) -> None:
    bare.setattr(display, "has_screen", lambda: True)
    bare.setattr(display, "missing_library", lambda: "")
    job = put(bare, "demo")
    program.main(["demo"])
    assert (job.seen[0].headless, job.platform) == (False, "")
    program.main(["demo", "--headless"])
    assert (job.seen[1].headless, job.platform) == (True, "offscreen")


def test_a_screen_without_qts_library_is_told_before_qt_ends_the_process(
    bare: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bare.setattr(display, "has_screen", lambda: True)
    bare.setattr(display, "missing_library", lambda: "libxcb-cursor0")
    assert program.main([]) == 2
    assert "sudo apt-get install libxcb-cursor0" in capsys.readouterr().err


def test_a_platform_named_on_purpose_is_respected(bare: pytest.MonkeyPatch) -> None:
    bare.setenv("QT_QPA_PLATFORM", "offscreen")
    job = put(bare, "app")
    assert program.main([]) == 0
    assert job.seen[0].mode is Mode.DESK


@pytest.mark.parametrize(("word", "name"), [("self-check", "self_check"), ("benchmarks", "benchmarks")])
def test_the_other_jobs_need_no_display(bare: pytest.MonkeyPatch, word: str, name: str) -> None:
    job = put(bare, name, 1)
    assert program.main([word]) == 1
    assert job.platform == "offscreen"


@pytest.mark.parametrize(
    ("raised", "said"),
    [
        (
            DeskError("The folder /x cannot be written.", hint="Choose another."),
            "The folder /x cannot be written. Choose another.\n",
        ),
        (
            ImportError("libEGL.so.1: cannot open shared object file: No such file"),
            "The system library libEGL.so.1 is missing",
        ),
    ],
)
def test_a_known_failure_is_one_sentence(
    bare: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], raised: Exception, said: str
) -> None:
    put(bare, "self_check", raised)
    assert program.main(["self-check"]) == 2
    assert capsys.readouterr().err.startswith(said)


def test_a_missing_module_of_ours_is_a_bug_and_shows_itself(bare: pytest.MonkeyPatch) -> None:
    put(bare, "self_check", ImportError("No module named 'nothing'"))
    with pytest.raises(ImportError, match="nothing"):
        program.main(["self-check"])


@pytest.mark.parametrize(
    ("python", "qt", "refused"),
    [
        ((3, 11), (6, 12, 0), True),
        ((3, 11), (6, 11, 3), False),
        ((3, 12), (6, 12, 0), False),
        ((3, 11), (), False),
    ],
)
def test_a_qt_that_ends_the_process_is_refused(
    python: tuple[int, int], qt: tuple[int, ...], refused: bool
) -> None:
    assert bool(program.qt_obstacle(python, qt)) is refused


def test_the_choice_is_made_before_anything_heavy_is_imported() -> None:
    import subprocess

    code = "import sys, deepracer_desk.__main__; print(sorted({'PySide6', 'numpy'} & set(sys.modules)))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said == "[]\n"
