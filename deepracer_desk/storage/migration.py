"""Brings a data file up to date, or says why it cannot be used."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text, update

from deepracer_desk import __version__
from deepracer_desk.domain.errors import DamagedDataError, NewerDataError
from deepracer_desk.storage.database_copy import BackupReason, copy_database
from deepracer_desk.storage.engine import place_name, reading, sqlite_engine, sqlite_path, writing
from deepracer_desk.storage.failures import RESTORE_HINT, disk_errors, storage_errors
from deepracer_desk.storage.rows import DeskRow, Row

SCRIPTS = Path(__file__).parent / "migrations"
REVISIONS = SCRIPTS / "versions"
QUICK_CHECK_LIMIT = 32 * 2**20  # bytes; larger files would take longer to check than people wait at a start


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrated:
    """What `migrate` did.

    Attributes:
        before, after: revisions; `before` is empty for a new file.
        backup: the copy made before an upgrade, None when there was nothing to copy.
    """

    before: str
    after: str
    backup: Path | None = None


def migrate(engine: Engine, backup_dir: Path, *, revisions: Sequence[Path] = (REVISIONS,)) -> Migrated:
    """Create or upgrade all tables; an older file is copied to `backup_dir` first.

    Each revision is one transaction: a power cut leaves the file at one revision or the other.

    Args:
        engine: the database.
        backup_dir: folder for the copy; made when needed.
        revisions: folders with the revisions to know.

    Raises:
        NewerDataError: a newer version of the desk wrote the file.
        DamagedDataError: the file is damaged, or not the desk's.
        StorageError: the file cannot be read or written.
    """
    path = sqlite_path(engine)
    if path is not None:
        with disk_errors(str(path.parent)):
            path.parent.mkdir(parents=True, exist_ok=True)
        _check_quickly(engine, path)
    config = _config(revisions)
    script = ScriptDirectory.from_config(config)
    newest = script.get_current_head() or ""
    before = current_revision(engine)
    if before and before not in {item.revision for item in script.walk_revisions()}:
        raise newer_data(place_name(engine), _signature(engine), before)
    backup = None
    if before != newest:
        if before and path is not None:
            backup = copy_database(path, backup_dir, BackupReason.BEFORE_UPGRADE, datetime.now(UTC))
        _upgrade(engine, config)
    _sign(engine)
    return Migrated(before=before, after=newest, backup=backup)


def known_revisions() -> tuple[str, ...]:
    """Return every revision from which this version of the desk can go on, the newest first."""
    script = ScriptDirectory.from_config(_config((REVISIONS,)))
    return tuple(item.revision for item in script.walk_revisions())


def upgrade_copy(engine: Engine) -> None:
    """Upgrade a database that is a copy itself, and check that every table and column is there.

    Raises:
        DamagedDataError: it says a revision whose tables it does not have.
    """
    _upgrade(engine, _config((REVISIONS,)))
    with storage_errors(place_name(engine)), engine.connect() as connection:
        reflected = inspect(connection).get_multi_columns()
    found = {name: {column["name"] for column in columns} for (_, name), columns in reflected.items()}
    for table in Row.metadata.sorted_tables:
        missing = {column.name for column in table.columns} - found.get(table.name, set())
        if missing:
            raise DamagedDataError(
                f"{place_name(engine)} lacks {', '.join(sorted(missing))} of {table.name}.", hint=RESTORE_HINT
            )


def current_revision(engine: Engine) -> str:
    """Return the revision of a database, empty for a new one.

    Raises:
        DamagedDataError: the database holds tables, but not the desk's.
    """
    with storage_errors(place_name(engine)), engine.connect() as connection:
        tables = set(inspect(connection).get_table_names())
        if "alembic_version" in tables:
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
            if found:
                return str(found)
        if tables & set(Row.metadata.tables):
            raise DamagedDataError(f"{place_name(engine)} does not say its version.", hint=RESTORE_HINT)
        if tables - {"alembic_version"}:
            raise DamagedDataError(
                f"{place_name(engine)} belongs to another program.", hint="Choose another data folder."
            )
        return ""


def newer_data(place: str, desk_version: str, revision: str) -> NewerDataError:
    """Return the sentence that refuses a newer file."""
    return NewerDataError(
        f"{place} was written by version {desk_version} of the desk (tables {revision}); "
        f"this is version {__version__} (tables {known_revisions()[0]}).",
        hint="Install the newest version of the desk. The data stays as it is.",
    )


def _config(revisions: Sequence[Path]) -> Config:
    config = Config()
    # Percent signs are the only ones that Alembic reads in a path.
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.set_main_option(
        "version_locations", "\n".join(str(folder) for folder in revisions).replace("%", "%%")
    )
    return config


def _upgrade(engine: Engine, config: Config) -> None:
    path = sqlite_path(engine)
    # Rebuilding a table drops the old one, which foreign keys would not allow.
    own = engine if path is None else sqlite_engine(path, foreign_keys=False, pooled=False)
    try:
        with (
            storage_errors(place_name(engine)),
            own.execution_options(begin="IMMEDIATE").connect() as connection,
        ):
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    finally:
        if own is not engine:
            own.dispose()


def _check_quickly(engine: Engine, path: Path) -> None:
    with disk_errors(str(path)):
        size = path.stat().st_size if path.exists() else 0
    if not 0 < size <= QUICK_CHECK_LIMIT:
        return
    with storage_errors(place_name(engine)), engine.connect() as connection:
        verdict = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
    if verdict != "ok":
        raise DamagedDataError(f"{place_name(engine)} is damaged.", hint=RESTORE_HINT)


def _signature(engine: Engine) -> str:
    """Return the version of the desk that opened the file last, if a newer file says it where we look."""
    with storage_errors(place_name(engine)), engine.connect() as connection:
        if "desk" not in inspect(connection).get_table_names():
            return "(unknown)"
        row = connection.execute(text("SELECT * FROM desk")).mappings().first()
        return str(row.get("desk_version", "(unknown)")) if row else "(unknown)"


def _sign(engine: Engine) -> None:
    with reading(engine) as session:
        row = session.get(DeskRow, 1)
        if row is not None and row.desk_version == __version__:
            return
    with writing(engine) as session:
        session.execute(update(DeskRow).values(desk_version=__version__))
