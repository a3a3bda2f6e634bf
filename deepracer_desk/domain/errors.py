"""Known failures of the outside world.

DeskError
├── RefusedError            the desk says no, with the reason
├── StorageError            the data folder cannot be read or written
│   ├── NewerDataError      the file was made by a newer version
│   └── DamagedDataError    the file is not whole
└── StationError            a timing station cannot be reached or understood
"""


class DeskError(Exception):
    """A known failure, told in one sentence, with advice for the person at the desk.

    Attributes:
        hint: what to do now; empty when the sentence says it already.
    """

    code = "desk.unknown"

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class RefusedError(DeskError):
    """What was asked for is not possible in the present state."""

    code = "desk.refused"


class StorageError(DeskError):
    """The data folder cannot be read or written."""

    code = "storage.unusable"


class NewerDataError(StorageError):
    """The data was written by a newer version of the desk."""

    code = "storage.newer"


class DamagedDataError(StorageError):
    """The data does not pass its integrity check."""

    code = "storage.damaged"


class StationError(DeskError):
    """A timing station cannot be reached or understood."""

    code = "station.unusable"
