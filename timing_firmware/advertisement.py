"""Lets desks find the station by itself on the local network; everything else works without."""

from __future__ import annotations

import logging
import socket
import threading
from typing import Any

from timing_firmware.protocol import SERVICE_TYPE, VERSION

_log = logging.getLogger(__name__)


class Advertisement:
    """One zeroconf service, registered on a thread because that takes seconds."""

    def __init__(self, station_id: str, name: str, port: int) -> None:
        self._station_id = station_id
        self._name = name
        self._port = port
        self._zeroconf: Any = None
        self._thread = threading.Thread(target=self._register, name="zeroconf", daemon=True)

    def start(self) -> None:
        """Begin, on a thread."""
        self._thread.start()

    def stop(self) -> None:
        """Withdraw the service as far as it got."""
        self._thread.join(2.0)
        if self._zeroconf is not None:
            self._zeroconf.close()
            self._zeroconf = None

    def _register(self) -> None:
        try:
            import zeroconf  # noqa: PLC0415 - optional

            info = zeroconf.ServiceInfo(
                SERVICE_TYPE,
                f"{self._station_id}.{SERVICE_TYPE}",
                port=self._port,
                properties={"id": self._station_id, "name": self._name, "v": str(VERSION)},
                server=f"{socket.gethostname().split('.')[0]}-{self._station_id}.local.",
            )
            self._zeroconf = zeroconf.Zeroconf()
            self._zeroconf.register_service(info, allow_name_change=True)
        except Exception as error:  # noqa: BLE001 - no failure of this library may stop the timing
            _log.warning("The station is not announced on the network: %s", error)
