"""Turns what databases and disks say into sentences for the person at the desk."""

import errno
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from deepracer_desk.domain.errors import DamagedDataError, StorageError

RESTORE_HINT = "Restore the newest backup from the backups folder."

# What SQLite says, what we say. The first match counts.
_SENTENCES: tuple[tuple[str, type[StorageError], str, str], ...] = (
    (
        "disk is full",
        StorageError,
        "The disk that holds {place} is full.",
        "Make room; then repeat the last step.",
    ),
    (
        "readonly",
        StorageError,
        "{place} cannot be written.",
        "Check the rights of the file and of its folder.",
    ),
    (
        "locked",
        StorageError,
        "Another program holds {place}.",
        "Close the other program; then repeat the last step.",
    ),
    (
        "unable to open",
        StorageError,
        "{place} cannot be opened.",
        "Check that its folder exists and can be written.",
    ),
    ("malformed", DamagedDataError, "{place} is damaged.", RESTORE_HINT),
    ("not a database", DamagedDataError, "{place} is not a database of the desk.", RESTORE_HINT),
    (
        "disk i/o error",
        StorageError,
        "The disk that holds {place} reports an error.",
        "Check the disk; make a backup.",
    ),
    ("closed database", StorageError, "{place} is closed.", "Start the desk again."),
)


def sentence_of(error: BaseException, place: str) -> StorageError:
    """Return what to tell people about an error of the database."""
    said = str(error).lower()
    for words, kind, sentence, hint in _SENTENCES:
        if words in said:
            return kind(sentence.format(place=place), hint=hint)
    if isinstance(error, sqlite3.IntegrityError):
        return StorageError(
            f"{place} already holds other data for this, or lacks what it belongs to.",
            hint="Open the page again; somebody else may have changed it.",
        )
    return StorageError(
        f"{place} did not take or give the data: {error}.", hint="Repeat the last step; see the log."
    )


@contextmanager
def storage_errors(place: str) -> Generator[None]:
    """Raise StorageError, with the cause attached, for whatever the database or its driver raises inside.

    Args:
        place: the database in words, for example the file's path.
    """
    try:
        yield
    except IntegrityError as error:
        raise sentence_of(sqlite3.IntegrityError(str(error.orig)), place) from error
    except DBAPIError as error:
        raise sentence_of(error.orig or error, place) from error
    except sqlite3.Error as error:  # from connection set-up, which SQLAlchemy does not wrap
        raise sentence_of(error, place) from error
    except PoolTimeoutError as error:
        raise StorageError(f"{place} is too busy.", hint="Repeat the last step.") from error
    except OverflowError as error:
        raise StorageError(f"A number is too large for {place}.", hint="Report this with the log.") from error
    except UnicodeEncodeError as error:
        raise StorageError(
            f"A text holds signs that {place} cannot keep.", hint="Type the text anew."
        ) from error


@contextmanager
def disk_errors(place: str) -> Generator[None]:
    """Raise StorageError, with the cause attached, for whatever the file system raises inside."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageError(
                f"The disk that holds {place} is full.", hint="Make room; then repeat."
            ) from error
        reason = error.strerror or str(error)
        raise StorageError(
            f"{place} cannot be used: {reason}.", hint="Check the file and its folder."
        ) from error
