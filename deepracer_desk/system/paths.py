"""Where things lie on this computer."""

import os
from collections.abc import Mapping
from pathlib import Path

import platformdirs

APP_FOLDER = "deepracer-desk"
DATA_DIR_VARIABLE = "DRDESK_DATA_DIR"


def data_root(given: Path | None = None, environ: Mapping[str, str] = os.environ) -> Path:
    """Return the data folder: the one given, else the one named by `DRDESK_DATA_DIR`, else the user's own."""
    if given is not None:
        return given.expanduser().absolute()
    named = environ.get(DATA_DIR_VARIABLE, "").strip()
    if named:
        return Path(named).expanduser().absolute()
    return Path(platformdirs.user_data_dir(APP_FOLDER, appauthor=False))


def demo_root(root: Path) -> Path:
    """Return the folder of the rehearsal, which never touches the data of a real event."""
    return root / "rehearsal"


class Paths:
    """Every place inside one data folder; the folder can be copied, backed up and restored as a whole."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.database = root / "desk.sqlite"
        self.settings = root / "settings.json"
        self.lock = root / "desk.lock"
        self.backups = root / "backups"
        self.logs = root / "logs"
        self.exports = root / "exports"
        self.crash = root / "crash"
        self.models = root / "models"
        self.jobs = root / "jobs"

    def create(self) -> None:
        """Make the folders that are missing; others on this computer cannot look into them.

        Raises:
            OSError: the folder cannot be made or written.
        """
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        for folder in (self.backups, self.logs, self.exports, self.crash, self.models, self.jobs):
            folder.mkdir(mode=0o700, exist_ok=True)
