import stat
import sys
from pathlib import Path

import pytest

from deepracer_desk.system.paths import Paths, data_root, demo_root


def test_a_given_folder_beats_the_variable_and_the_variable_beats_the_users_own(tmp_path: Path) -> None:
    named = {"DRDESK_DATA_DIR": str(tmp_path / "named")}
    assert data_root(tmp_path / "given", named) == tmp_path / "given"
    assert data_root(None, named) == tmp_path / "named"
    assert data_root(None, {}).name == "deepracer-desk"


def test_everything_lies_in_the_one_folder(tmp_path: Path) -> None:
    paths = Paths(tmp_path / "data")
    paths.create()
    places = [value for name, value in vars(paths).items() if name != "root"]
    assert places
    assert all(place.parent == paths.root for place in places)
    assert paths.logs.is_dir()
    assert not paths.database.exists()


def test_the_rehearsal_has_a_folder_of_its_own(tmp_path: Path) -> None:
    assert Paths(demo_root(tmp_path)).database != Paths(tmp_path).database


@pytest.mark.skipif(sys.platform == "win32", reason="rights are kept differently there")
def test_other_users_of_the_computer_cannot_look_in(tmp_path: Path) -> None:
    paths = Paths(tmp_path / "data")
    paths.create()
    assert stat.S_IMODE(paths.root.stat().st_mode) == 0o700
