"""The program around the windows: crash reports, languages, the picture of the self-check."""

import logging
from pathlib import Path

import pytest

from deepracer_desk import app as desk_app
from deepracer_desk.system.paths import Paths

pytestmark = pytest.mark.qt


def test_an_uncaught_exception_is_written_down_and_told(qtbot, tmp_path: Path, expected_warnings) -> None:
    paths = Paths(tmp_path)
    paths.create()
    guard = desk_app.CrashGuard(paths)
    with qtbot.waitSignal(guard.reported) as told:
        guard.report(ValueError("the wheel came off"))
    assert "the wheel came off" in told.args[0].read_text(encoding="utf-8")


def test_a_report_that_cannot_be_written_is_told_all_the_same(
    qtbot, tmp_path: Path, expected_warnings, caplog
) -> None:
    caplog.set_level(logging.CRITICAL)
    paths = Paths(tmp_path / "file")
    (tmp_path / "file").write_text("no folder")
    guard = desk_app.CrashGuard(paths)
    with qtbot.waitSignal(guard.reported) as told:
        guard.report(ValueError("x"))
    assert told.args == [None]


def test_an_unknown_language_leaves_english(qapp) -> None:
    desk_app.install_language(qapp, "xx")


def test_the_self_check_paints_a_stage(qapp, tmp_path: Path) -> None:
    assert desk_app.picture_of_the_stage(tmp_path / "stage.png") > 50
