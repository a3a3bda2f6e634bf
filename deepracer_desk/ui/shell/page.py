"""What the window knows of a page."""

from typing import Protocol

from PySide6.QtWidgets import QWidget


class Page(Protocol):
    """One entry of the rail."""

    @property
    def title(self) -> str:
        """Return the word beside the icon."""
        ...

    @property
    def icon(self) -> str:
        """Return the name of the icon."""
        ...

    @property
    def widget(self) -> QWidget: ...

    def activated(self) -> None:
        """Take note that the page is in front now."""
        ...

    def deactivated(self) -> None:
        """Take note that another page is in front now."""
        ...
