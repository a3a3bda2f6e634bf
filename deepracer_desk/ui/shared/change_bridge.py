"""The one place where a change crosses from the thread that made it to the GUI thread."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from deepracer_desk.services.changes import Change, ChangeBus

C = TypeVar("C")


class ChangeBridge(QObject):
    """Hands every change of the bus to listeners on the GUI thread, in the order of publication.

    Signals:
        changed: any change, on the GUI thread.
    """

    changed = Signal(object)
    _arrived = Signal(object)

    def __init__(self, bus: ChangeBus, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._listeners: list[tuple[type[object], Callable[[object], None]]] = []
        # Queued even on the GUI thread itself: no listener runs inside the call that changed things.
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._unsubscribe: Callable[[], None] | None = bus.subscribe(self._on_published)

    def on(self, kind: type[C], listener: Callable[[C], None]) -> None:
        """Call `listener` with every change of one kind, for as long as the bridge lives."""
        self._listeners.append((kind, listener))  # type: ignore[arg-type]

    def close(self) -> None:
        """Hear nothing any more; a second call does nothing."""
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None
        self._listeners.clear()

    def _on_published(self, change: Change) -> None:
        self._arrived.emit(change)

    @Slot(object)
    def _deliver(self, change: object) -> None:
        if self._unsubscribe is None:
            return
        for kind, listener in self._listeners:
            if isinstance(change, kind):
                listener(change)
        self.changed.emit(change)
