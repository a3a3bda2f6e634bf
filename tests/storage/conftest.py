"""An open, migrated data file, closed again without leftovers."""

from collections.abc import Generator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from deepracer_desk.storage.engine import close_engine, open_engine
from deepracer_desk.storage.migration import migrate


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "desk.sqlite"


@pytest.fixture
def engine(file: Path, tmp_path: Path) -> Generator[Engine]:
    engine = open_engine(file)
    migrate(engine, tmp_path / "backups")
    yield engine
    close_engine(engine)
