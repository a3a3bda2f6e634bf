import zipfile
from pathlib import Path

import pytest

from deepracer_desk import __version__
from deepracer_desk.system.crash_report import support_zip, write_report
from deepracer_desk.system.paths import Paths


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    paths = Paths(tmp_path)
    paths.create()
    (paths.logs / "desk.log").write_text(
        '{"text": "Lap 7"}\n{"text": "token=SESAME of ada@example.org"}\n', encoding="utf-8"
    )
    return paths


def error() -> Exception:
    try:
        raise RuntimeError(f"password=SESAME in {Path.home()}/events")
    except RuntimeError as raised:
        return raised


def test_a_report_holds_the_traceback_the_versions_and_the_log(paths: Paths) -> None:
    report = write_report(paths, error())
    text = report.read_text(encoding="utf-8")
    assert report.parent == paths.crash
    assert "RuntimeError" in text
    assert 'raise RuntimeError(f"' in text
    assert f"DeepRacer Desk: {__version__}" in text
    assert "SQLAlchemy: " in text
    assert "Lap 7" in text


def test_a_report_holds_no_secret_and_not_the_name_of_the_user(paths: Paths) -> None:
    text = write_report(paths, error()).read_text(encoding="utf-8")
    assert "SESAME" not in text
    assert "ada@" not in text
    assert "in ~/events" in text


def test_two_reports_do_not_overwrite_each_other(paths: Paths) -> None:
    assert write_report(paths, error()) != write_report(paths, error())


def test_the_support_zip_has_what_helps_and_nothing_of_the_racers(paths: Paths, tmp_path: Path) -> None:
    write_report(paths, error())
    paths.database.write_text("racers")
    (paths.models / "model.tar.gz").write_text("model")
    paths.settings.write_text('{"version": 1}')
    target = support_zip(paths, tmp_path / "out" / "support.zip")
    with zipfile.ZipFile(target) as bundle:
        names = bundle.namelist()
        content = b"".join(bundle.read(name) for name in names)
    assert {"versions.txt", "logs/desk.log", "settings.json"} <= set(names)
    assert sum(name.startswith("crash/") for name in names) == 1
    assert len(names) == 4
    assert b"SESAME" not in content
    assert [each.name for each in target.parent.iterdir()] == ["support.zip"]
