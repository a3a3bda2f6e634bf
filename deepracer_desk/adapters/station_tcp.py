"""A timing station over the network."""

import errno
import select
import socket
import threading
import time
from collections.abc import Callable, Sequence

from deepracer_desk.adapters.drt1_link import Drt1Link, LineLostError, LineTarget, LinkOptions
from deepracer_desk.ports.clock import Clock
from deepracer_desk.ports.timing_station import StationAddress
from timing_firmware.protocol import DEFAULT_TCP_PORT

_FIRST_PAUSE_S = 0.5
_LAST_PAUSE_S = 5.0
_CONNECT_S = 3.0
_STEP_S = 0.05  # how soon a stop is noticed while connecting
_WRITE_S = 1.5  # a station that does not read for so long is gone


class TcpLine:
    """An open connection."""

    def __init__(self, connection: socket.socket, carrier: str) -> None:
        self._socket = connection
        self._carrier = carrier
        connection.settimeout(_WRITE_S)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def read(self, timeout_s: float) -> bytes:
        try:
            if not select.select([self._socket], [], [], timeout_s)[0]:
                return b""
            data = self._socket.recv(65_536)
        except OSError as error:
            raise LineLostError(f"The connection to {self._carrier} broke: {error}.") from error
        if not data:
            raise LineLostError(f"The station at {self._carrier} hung up.")
        return data

    def write(self, data: bytes) -> None:
        try:
            self._socket.sendall(data)
        except OSError as error:
            raise LineLostError(f"The connection to {self._carrier} broke: {error}.") from error

    def close(self) -> None:
        self._socket.close()


class TcpStationLink(Drt1Link):
    """Looks for a station at its address and, once it is known, wherever the network says it is now."""

    def __init__(
        self,
        url: str,
        clock: Clock,
        options: LinkOptions | None = None,
        *,
        found: Callable[[], Sequence[StationAddress]] | None = None,
    ) -> None:
        """Prepare.

        Args:
            url: "tcp://host:port".
            clock: the desk's.
            options: what all lines of a desk have in common.
            found: stations that the network announces, to find a known one under a new address.
        """
        super().__init__(
            clock, options or LinkOptions(), first_pause_s=_FIRST_PAUSE_S, last_pause_s=_LAST_PAUSE_S
        )
        self._url = url
        self._found = found

    def targets(self) -> Sequence[LineTarget]:
        targets = [_target(self._url, guessed=False)]
        for address in self._found() if self._found is not None and self._station_id else ():
            if address.station_id == self._station_id and address.url.startswith("tcp:"):
                target = _target(address.url, guessed=True)
                if target.carrier != targets[0].carrier:
                    targets.append(target)
        return targets


def host_and_port(url: str) -> tuple[str, int]:
    """Return the address of "tcp://host:port"; the port may be missing.

    Raises:
        ValueError: it is no such URL.
    """
    rest = url.removeprefix("tcp://").rstrip("/")
    host, colon, port = rest.rpartition(":")
    if not colon or rest.endswith("]"):
        host, port = rest, str(DEFAULT_TCP_PORT)
    if not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65_536:
        raise ValueError(f"{url!r} is no address of a station.")
    return host.strip("[]"), int(port)


def _target(url: str, *, guessed: bool) -> LineTarget:
    host, port = host_and_port(url)
    carrier = f"tcp {url.removeprefix('tcp://').rstrip('/')}"
    return LineTarget(
        carrier=carrier, open=lambda stopping: _connect(host, port, carrier, stopping), guessed=guessed
    )


def _connect(host: str, port: int, carrier: str, stopping: threading.Event) -> TcpLine:
    try:
        family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise LineLostError(
            f"The name {host} is not known in this network. Type the station's number address instead."
        ) from error
    connection = socket.socket(family, kind, proto)
    connection.setblocking(False)  # so that a stop need not wait for the network
    code = connection.connect_ex(address)
    end_s = time.monotonic() + _CONNECT_S
    while code in (errno.EINPROGRESS, errno.EWOULDBLOCK):
        if stopping.is_set() or time.monotonic() > end_s:
            code = errno.ETIMEDOUT
            break
        _, writable, broken = select.select([], [connection], [connection], _STEP_S)
        if writable or broken:
            code = connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if code:
        connection.close()
        raise LineLostError(_no_answer(host, port, code))
    return TcpLine(connection, carrier)


def _no_answer(host: str, port: int, code: int) -> str:
    if code == errno.ECONNREFUSED:
        return f"No station listens at {host}:{port}. Start its program, or check the port."
    return f"{host} does not answer. Check that it has power and is in the same network."
