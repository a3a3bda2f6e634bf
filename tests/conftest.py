"""What holds for every test: no screen, nobody's real data, no warning and no thread left behind."""

import logging
import os
import threading
from collections.abc import Iterator

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

THREAD_END_S = 2.0


class _Warnings(logging.Handler):
    """Keeps what the desk warned about."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture(scope="session", autouse=True)
def own_data_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the desk away from real data, whatever a test forgets to say."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DRDESK_DATA_DIR", str(tmp_path_factory.mktemp("data")))
        yield


@pytest.fixture(autouse=True)
def no_leftover_threads() -> Iterator[None]:
    """Fail a test that leaves a thread running which would keep the process alive."""
    before = set(threading.enumerate())
    yield
    left = [each for each in threading.enumerate() if each not in before and not each.daemon]
    for each in left:
        each.join(THREAD_END_S)
    names = [each.name for each in left if each.is_alive()]
    assert not names, f"threads left running: {', '.join(names)}"


@pytest.fixture
def expected_warnings() -> Iterator[list[logging.LogRecord]]:
    """Give the desk's warnings to a test that provokes them; without it they fail the test."""
    yield from _listen()


@pytest.fixture(autouse=True)
def no_unexpected_warnings(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test during which the desk logged a warning that the test did not ask for."""
    if "expected_warnings" in request.fixturenames:
        yield
        return
    for records in _listen():
        yield
        said = [f"{each.name}: {each.getMessage()}" for each in records]
        assert not said, "unexpected warnings in the log:\n" + "\n".join(said)


def _listen() -> Iterator[list[logging.LogRecord]]:
    handler = _Warnings()
    logger = logging.getLogger("deepracer_desk")
    logger.addHandler(handler)
    try:
        yield handler.records
    finally:
        logger.removeHandler(handler)
