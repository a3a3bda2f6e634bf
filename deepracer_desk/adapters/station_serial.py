"""A timing station on a wire."""

import errno
from collections.abc import Callable, Sequence
from typing import Any

import serial
from serial.tools import list_ports

from deepracer_desk.adapters.drt1_link import Drt1Link, LineLostError, LineTarget, LinkOptions
from deepracer_desk.ports.clock import Clock
from timing_firmware.protocol import DEFAULT_BAUD

_FIRST_PAUSE_S = 0.25
_LAST_PAUSE_S = 1.0  # a cable that is plugged in again delivers within 2 s
_READ_S = 0.02
_WRITE_S = 1.0
# Makers of the USB ends of stations: Linux gadget, Raspberry Pi, FTDI, Silicon Labs, WCH, Arduino, Prolific.
STATION_VENDORS = frozenset({0x1D6B, 0x2E8A, 0x0403, 0x10C4, 0x1A86, 0x2341, 0x067B})


class SerialLine:
    """An open port."""

    def __init__(self, port: Any, carrier: str) -> None:  # noqa: ANN401 - pyserial has no types for URL handlers
        self._port = port
        self._carrier = carrier

    def read(self, timeout_s: float) -> bytes:
        del timeout_s  # setting it means to configure the port anew
        try:
            first = self._port.read(1)
            return first + self._port.read(self._port.in_waiting) if first else b""
        except (OSError, TypeError, ValueError) as error:  # an unplugged port gives any of these
            raise LineLostError(f"The cable of {self._carrier} was unplugged. Plug it in again.") from error

    def write(self, data: bytes) -> None:
        try:
            self._port.write(data)
        except serial.SerialTimeoutException:
            return  # nobody reads at the moment: what is lost will be asked for again
        except (OSError, TypeError, ValueError) as error:
            raise LineLostError(f"The cable of {self._carrier} was unplugged. Plug it in again.") from error

    def close(self) -> None:
        try:
            self._port.close()
        except (OSError, TypeError, ValueError):
            return  # it was gone already


class SerialStationLink(Drt1Link):
    """Looks for a station at its port and, once it is known, at every port where it may be plugged in."""

    def __init__(
        self,
        url: str,
        clock: Clock,
        options: LinkOptions | None = None,
        *,
        candidates: Callable[[], Sequence[str]] | None = None,
        baud: int = DEFAULT_BAUD,
    ) -> None:
        """Prepare.

        Args:
            url: "serial:///dev/ttyACM0", "serial://COM3", or any URL that pyserial opens.
            clock: the desk's.
            options: what all lines of a desk have in common.
            candidates: names of the ports that may be a station; None asks the system.
            baud: bits per second.
        """
        super().__init__(
            clock, options or LinkOptions(), first_pause_s=_FIRST_PAUSE_S, last_pause_s=_LAST_PAUSE_S
        )
        self._port = url.removeprefix("serial://")
        self._candidates = candidates if candidates is not None else station_ports
        self._baud = baud

    def targets(self) -> Sequence[LineTarget]:
        targets = [self._target(self._port, guessed=False)]
        if self._station_id and "://" not in self._port:
            others = [port for port in self._candidates() if port != self._port]
            targets += [self._target(port, guessed=True) for port in others]
        return targets

    def _target(self, port: str, *, guessed: bool) -> LineTarget:
        return LineTarget(carrier=f"serial {port}", open=lambda _: _open(port, self._baud), guessed=guessed)


def station_ports() -> list[str]:
    """Return the names of the serial ports that may be a station, by the maker of their USB end."""
    return [port.device for port in list_ports.comports() if port.vid in STATION_VENDORS]


def _open(port: str, baud: int) -> SerialLine:
    try:
        handle: Any = serial.serial_for_url(
            port, do_not_open=True, baudrate=baud, timeout=_READ_S, write_timeout=_WRITE_S
        )
        if "://" not in port:
            handle.exclusive = True
            handle.dtr = False  # raised lines reset many boards
            handle.rts = False
        handle.open()
    except (OSError, ValueError) as error:
        raise LineLostError(_cannot_open(port, error)) from error
    return SerialLine(handle, f"serial {port}")


def _cannot_open(port: str, error: Exception) -> str:
    code = getattr(error, "errno", None)
    text = str(error)
    if code == errno.ENOENT or "FileNotFoundError" in text:
        return f"There is no port {port}. Plug the station in."
    if code == errno.EACCES:
        return f"This user may not open {port}. Add the user to the group that owns it (often dialout)."
    if code in (errno.EBUSY, errno.EAGAIN) or "exclusively lock" in text or "PermissionError" in text:
        return f"Another program uses {port}. Close it."
    return f"The port {port} cannot be opened: {text}."
