"""Work off the GUI thread: calls go out one after the other, answers come back on the GUI thread."""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from deepracer_desk.domain.errors import DeskError

R = TypeVar("R")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    title: str
    value: object
    error: Exception | None
    on_done: Callable[[Any], None] | None
    on_error: Callable[[Exception], None] | None


class TaskRunner(QObject):
    """One worker thread with a queue. The storage runner serves the race; a second one takes what is slow.

    Signals:
        failed: an exception nobody asked to handle.
        working: titles of what is queued or running and worth a line on the screen.
    """

    failed = Signal(object)
    working = Signal(tuple)
    _answered = Signal(object)

    def __init__(self, name: str = "storage", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._titles: list[str] = []
        self._open = 0
        self._answered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        """True while anything is queued, running, or not yet answered."""
        return self._open > 0

    def run(
        self,
        work: Callable[[], R],
        on_done: Callable[[R], None] | None = None,
        on_error: Callable[[Exception], None] | None = None,
        *,
        title: str = "",
    ) -> None:
        """Do `work` on the worker thread.

        Args:
            work: knows nothing of Qt.
            on_done: called on the GUI thread with the result.
            on_error: called on the GUI thread instead; without it `failed` is emitted.
            title: shown while it lasts; empty for what is over in a moment.
        """
        self._open += 1
        if title:
            self._titles.append(title)
            self.working.emit(tuple(self._titles))

        def finish(future: Future[R]) -> None:
            error = future.exception()
            if error is not None and not isinstance(error, Exception):
                error = RuntimeError(str(error))
            value = None if error else future.result()
            self._answered.emit(
                _Answer(title=title, value=value, error=error, on_done=on_done, on_error=on_error)
            )

        self._pool.submit(work).add_done_callback(finish)

    def close(self) -> None:
        """Finish what is queued and stop; answers that come now are dropped."""
        self._answered.disconnect(self._deliver)
        self._pool.shutdown(wait=True)

    @Slot(object)
    def _deliver(self, answer: _Answer) -> None:
        self._open -= 1
        if answer.title:
            self._titles.remove(answer.title)
            self.working.emit(tuple(self._titles))
        if answer.error is None:
            if answer.on_done is not None:
                answer.on_done(answer.value)
        elif answer.on_error is not None:
            answer.on_error(answer.error)
        else:
            if not isinstance(answer.error, DeskError):
                log.error("Work without an owner for its error", exc_info=answer.error)
            self.failed.emit(answer.error)
