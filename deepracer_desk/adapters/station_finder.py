"""Watches the local network and the serial ports for timing stations."""

import logging
import threading
from collections.abc import Callable, Sequence
from queue import SimpleQueue

from zeroconf import IPVersion, ServiceBrowser, ServiceInfo, ServiceStateChange, Zeroconf

from deepracer_desk.adapters.station_serial import station_ports
from deepracer_desk.ports.timing_station import StationAddress
from timing_firmware.protocol import SERVICE_TYPE

_log = logging.getLogger(__name__)
_ANSWER_MS = 2_000  # a station on Wi-Fi answers within this


def plain_zeroconf() -> Zeroconf:
    """Return zeroconf on all interfaces."""
    return Zeroconf(ip_version=IPVersion.V4Only)


class LocalStationFinder:
    """Implements `StationFinder`; works on serial ports alone when the network refuses."""

    def __init__(
        self,
        *,
        ports: Callable[[], Sequence[str]] = station_ports,
        open_zeroconf: Callable[[], Zeroconf] | None = plain_zeroconf,
    ) -> None:
        """Prepare.

        Args:
            ports: lists the serial ports that may be a station.
            open_zeroconf: None watches no network.
        """
        self._ports = ports
        self._open_zeroconf = open_zeroconf
        self._lock = threading.Lock()
        self._announced: dict[str, StationAddress] = {}
        self._news: SimpleQueue[tuple[str, ServiceStateChange] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        if self._thread is None and self._open_zeroconf is not None:
            self._thread = threading.Thread(target=self._watch, name="station finder", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        thread, self._thread = self._thread, None
        if thread is not None:
            self._news.put(None)
            thread.join(2.0)

    def found(self) -> Sequence[StationAddress]:
        with self._lock:
            announced = list(self._announced.values())
        try:
            wired = [StationAddress(url=f"serial://{port}", name=port) for port in self._ports()]
        except OSError as error:
            _log.warning("The serial ports cannot be listed: %s", error)
            wired = []
        return (*announced, *wired)

    def announce(self, name: str, info: ServiceInfo | None) -> None:
        """Note what a service is, or that it is gone (None)."""
        address = _address(info) if info is not None else None
        with self._lock:
            if address is None:
                self._announced.pop(name, None)
            else:
                self._announced[name] = address

    def _watch(self) -> None:
        """Resolve names on this thread: inside the browser's own it would wait for itself."""
        if self._open_zeroconf is None:
            return
        try:
            zeroconf = self._open_zeroconf()
        except OSError as error:
            _log.warning("The network cannot be searched for stations: %s", error)
            return
        try:
            ServiceBrowser(zeroconf, SERVICE_TYPE, handlers=[self._noticed])
            while (news := self._news.get()) is not None:
                name, change = news
                gone = change is ServiceStateChange.Removed
                self.announce(
                    name, None if gone else zeroconf.get_service_info(SERVICE_TYPE, name, _ANSWER_MS)
                )
        finally:
            zeroconf.close()

    def _noticed(
        self, zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange
    ) -> None:
        del zeroconf, service_type
        self._news.put((name, state_change))


def _address(info: ServiceInfo) -> StationAddress | None:
    addresses = info.parsed_addresses(IPVersion.V4Only)
    if not addresses or not info.port:
        return None
    return StationAddress(
        url=f"tcp://{addresses[0]}:{info.port}", station_id=_text(info, b"id"), name=_text(info, b"name")
    )


def _text(info: ServiceInfo, key: bytes) -> str:
    value = info.properties.get(key)
    return value.decode("utf-8", "replace")[:64] if value else ""
