"""Desks over the network: the station listens, desks come."""

from __future__ import annotations

import logging
import select
import socket
import sys
import threading
from collections.abc import Callable

from timing_firmware.line import Line, LineClosedError

_log = logging.getLogger(__name__)
_READ_S = 0.25
_WRITE_S = 2.0  # a desk that does not read for so long is gone
_DESKS_MAX = 16


class SocketLine:
    """One desk's connection."""

    def __init__(self, connection: socket.socket, peer: str) -> None:
        self._socket = connection
        self.name = f"tcp {peer}"
        connection.settimeout(_WRITE_S)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def read(self) -> bytes:
        try:
            if not select.select([self._socket], [], [], _READ_S)[0]:
                return b""
            data = self._socket.recv(65_536)
        except (OSError, ValueError) as error:
            raise LineClosedError(str(error)) from error
        if not data:
            raise LineClosedError("the desk hung up")
        return data

    def write(self, data: bytes) -> None:
        try:
            self._socket.sendall(data)
        except (OSError, ValueError) as error:
            raise LineClosedError(str(error)) from error

    def close(self) -> None:
        self._socket.close()


class TcpListener:
    """Waits for desks; every one is served on a thread of its own."""

    def __init__(self, address: tuple[str, int], serve: Callable[[Line], None]) -> None:
        """Begin to listen.

        Args:
            address: host and port; port 0 takes a free one.
            serve: works on a line until it ends.

        Raises:
            OSError: the address cannot be used.
        """
        family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self._socket = socket.socket(family, socket.SOCK_STREAM)
        try:
            if sys.platform != "win32":  # there it would let two programs listen
                self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._socket.bind(address)
            self._socket.listen(_DESKS_MAX)
        except OSError:
            self._socket.close()
            raise
        self._socket.settimeout(_READ_S)
        self._serve = serve
        self._ended = threading.Event()
        self._desks = threading.BoundedSemaphore(_DESKS_MAX)
        self._threads: list[threading.Thread] = []
        self.port = int(self._socket.getsockname()[1])

    def start(self) -> None:
        """Accept desks on a thread."""
        self._accepting = threading.Thread(target=self._accept, name="tcp listener", daemon=True)
        self._accepting.start()

    def stop(self) -> None:
        """Accept no more; lines that are open are ended by who serves them."""
        self._ended.set()
        self._accepting.join(1.0)
        self._socket.close()
        for thread in self._threads:
            thread.join(1.0)

    def _accept(self) -> None:
        while not self._ended.is_set():
            try:
                connection, peer = self._socket.accept()
            except OSError:  # a time-out, or a desk that left before it was answered
                continue
            if not self._desks.acquire(blocking=False):
                connection.close()
                continue
            line = SocketLine(connection, f"{peer[0]}:{peer[1]}")
            thread = threading.Thread(target=self._serve_one, args=(line,), name=line.name, daemon=True)
            self._threads = [known for known in self._threads if known.is_alive()] + [thread]
            thread.start()

    def _serve_one(self, line: SocketLine) -> None:
        try:
            self._serve(line)
        finally:
            self._desks.release()
