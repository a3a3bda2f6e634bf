"""A desk on a wire: any port or URL that pyserial opens, opened again for ever."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from timing_firmware.line import Line, LineClosedError

_log = logging.getLogger(__name__)
_READ_S = 0.25
_WRITE_S = 2.0
_FIRST_PAUSE_S = 0.25
_LAST_PAUSE_S = 2.0


class SerialLine:
    """An open serial port."""

    def __init__(self, url: str, baud: int) -> None:
        """Open the port for this program alone.

        Raises:
            LineClosedError: it cannot be opened.
        """
        import serial  # noqa: PLC0415 - a station on the network needs no pyserial

        self.name = f"serial {url}"
        self._timeout: type[Exception] = serial.SerialTimeoutException
        options: dict[str, Any] = {"baudrate": baud, "timeout": _READ_S, "write_timeout": _WRITE_S}
        try:
            port: Any = serial.serial_for_url(url, do_not_open=True, **options)
            if "://" not in url:
                port.exclusive = True
            port.open()
        except (OSError, ValueError, serial.SerialException) as error:
            raise LineClosedError(str(error)) from error
        self._port = port

    def read(self) -> bytes:
        try:
            first = self._port.read(1)
            return first + self._port.read(self._port.in_waiting) if first else b""
        except (OSError, ValueError, TypeError) as error:  # a port closed meanwhile gives all three
            raise LineClosedError(str(error)) from error

    def write(self, data: bytes) -> None:
        try:
            self._port.write(data)
        except self._timeout:
            _log.debug("%s: nobody reads", self.name)
        except (OSError, ValueError, TypeError) as error:
            raise LineClosedError(str(error)) from error

    def close(self) -> None:
        try:
            self._port.close()
        except OSError:
            _log.debug("%s: closed by itself", self.name)


class SerialServer:
    """Keeps one port open and served."""

    def __init__(self, url: str, baud: int, serve: Callable[[Line], None]) -> None:
        """Prepare.

        Args:
            url: port or pyserial URL.
            baud: bits per second.
            serve: works on a line until it ends.
        """
        self._url = url
        self._baud = baud
        self._serve = serve
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"serial {url}", daemon=True)

    def start(self) -> None:
        """Begin, on a thread."""
        self._thread.start()

    def stop(self) -> None:
        """Open no more; the line that is open is ended by who serves it."""
        self._ended.set()
        self._thread.join(1.0)

    def _run(self) -> None:
        pause_s = _FIRST_PAUSE_S
        while not self._ended.is_set():
            try:
                line = SerialLine(self._url, self._baud)
            except LineClosedError as error:
                _log.debug("%s: %s", self._url, error)
                self._ended.wait(pause_s)
                pause_s = min(pause_s * 2, _LAST_PAUSE_S)
                continue
            pause_s = _FIRST_PAUSE_S
            try:
                self._serve(line)
            except Exception:  # noqa: BLE001 - a fault with one desk must not end the line for ever
                _log.exception("%s failed", self._url)
                line.close()
            self._ended.wait(_FIRST_PAUSE_S)
