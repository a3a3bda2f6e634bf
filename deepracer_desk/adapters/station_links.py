"""Chooses how to reach a station by its URL."""

from collections.abc import Callable, Sequence

from deepracer_desk.adapters.drt1_link import LinkOptions
from deepracer_desk.adapters.station_serial import SerialStationLink
from deepracer_desk.adapters.station_tcp import TcpStationLink, host_and_port
from deepracer_desk.domain.errors import StationError
from deepracer_desk.ports.clock import Clock
from deepracer_desk.ports.timing_station import StationAddress, StationLink


def open_link(
    url: str,
    clock: Clock,
    options: LinkOptions | None = None,
    *,
    found: Callable[[], Sequence[StationAddress]] | None = None,
) -> StationLink:
    """Return a link that is not started yet.

    Args:
        url: "tcp://host:port", "serial:///dev/ttyACM0", or a URL of pyserial ("socket://...", "rfc2217://...").
        clock: the desk's.
        options: what all lines of a desk have in common.
        found: stations that are announced now, to find a known one under a new address.

    Raises:
        StationError: the URL names no place.
    """
    scheme, _, place = url.partition("://")
    if not place or not scheme:
        raise StationError(
            f"{url!r} is no address of a timing station.",
            hint="Type tcp://192.168.1.20:8765, or serial:///dev/ttyACM0 for a cable.",
        )
    if scheme != "tcp":
        return SerialStationLink(url, clock, options)
    try:
        host_and_port(url)
    except ValueError as error:
        raise StationError(str(error), hint="Type it like tcp://192.168.1.20:8765.") from error
    return TcpStationLink(url, clock, options, found=found)
