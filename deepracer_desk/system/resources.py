"""Reads what ships with the app; works from the source tree, an installed copy and a bundle."""

from contextlib import AbstractContextManager
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath


def _find(name: str) -> Traversable:
    """Return the resource `name`, e.g. `icons/flag.svg`.

    Raises:
        ValueError: the name is absolute or tries to leave the folder.
    """
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or "\\" in name or ":" in name or ".." in parts or "\0" in name:
        raise ValueError(f"not the name of a resource: {name!r}")
    return files("resources").joinpath(*parts)


def read_bytes(name: str) -> bytes:
    """Return the content of a resource.

    Raises:
        FileNotFoundError: there is no resource of that name.
        ValueError: the name is absolute or contains `..`.
    """
    return _find(name).read_bytes()


def read_text(name: str) -> str:
    """Return the content of a UTF-8 resource; raises as `read_bytes` does."""
    return read_bytes(name).decode("utf-8")


def exists(name: str) -> bool:
    """Tell whether there is a resource of that name."""
    return _find(name).is_file()


def names(folder: str, suffix: str = "") -> tuple[str, ...]:
    """Return the full names of the files directly in a folder, sorted; empty when there is no such folder.

    Args:
        folder: e.g. `fonts`.
        suffix: only names that end so, e.g. `.ttf`.
    """
    place = _find(folder)
    if not place.is_dir():
        return ()
    inside = (entry.name for entry in place.iterdir() if entry.is_file() and entry.name.endswith(suffix))
    return tuple(f"{folder.rstrip('/')}/{name}" for name in sorted(inside))


def as_path(name: str) -> AbstractContextManager[Path]:
    """Lend a resource as a file on disk, for those who want a path; it may vanish after the block."""
    return as_file(_find(name))
