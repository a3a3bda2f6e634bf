"""Stations are found on the network and on serial ports."""

import socket
import time

import pytest
from zeroconf import IPVersion, ServiceInfo, Zeroconf

from deepracer_desk.adapters.station_finder import LocalStationFinder
from deepracer_desk.ports.timing_station import StationAddress
from timing_firmware.protocol import SERVICE_TYPE


def info(**properties: str) -> ServiceInfo:
    return ServiceInfo(
        SERVICE_TYPE,
        f"1a2b3c4d.{SERVICE_TYPE}",
        addresses=[socket.inet_aton("192.168.1.20")],
        port=8765,
        properties=properties,
        server="pi.local.",
    )


def test_an_announced_station_is_found_and_forgotten_when_it_goes() -> None:
    finder = LocalStationFinder(ports=list, open_zeroconf=None)
    finder.announce("a", info(id="1a2b3c4d", name="Track A"))
    assert list(finder.found()) == [
        StationAddress(url="tcp://192.168.1.20:8765", station_id="1a2b3c4d", name="Track A")
    ]
    finder.announce("a", None)
    assert list(finder.found()) == []


def test_an_announcement_without_properties_still_has_an_address() -> None:
    finder = LocalStationFinder(ports=list, open_zeroconf=None)
    finder.announce("a", info())
    assert [found.url for found in finder.found()] == ["tcp://192.168.1.20:8765"]


def test_serial_ports_are_candidates_until_the_station_says_who_it_is() -> None:
    finder = LocalStationFinder(ports=lambda: ["/dev/ttyACM0"], open_zeroconf=None)
    finder.start()
    assert list(finder.found()) == [StationAddress(url="serial:///dev/ttyACM0", name="/dev/ttyACM0")]
    finder.stop()
    finder.stop()


@pytest.mark.usefixtures("expected_warnings")
def test_a_network_or_ports_that_refuse_leave_the_rest_working() -> None:
    def refuse() -> Zeroconf:
        raise OSError("no network")

    def no_ports() -> list[str]:
        raise OSError("no ports")

    finder = LocalStationFinder(ports=no_ports, open_zeroconf=refuse)
    finder.start()
    assert list(finder.found()) == []
    finder.stop()


@pytest.mark.slow
def test_a_station_that_announces_itself_is_seen_by_the_finder() -> None:
    def loopback() -> Zeroconf:
        return Zeroconf(interfaces=["127.0.0.1"], ip_version=IPVersion.V4Only)

    try:
        announcer = loopback()
    except OSError as error:
        pytest.skip(f"no multicast on this computer: {error}")
    finder = LocalStationFinder(ports=list, open_zeroconf=loopback)
    finder.start()
    announcer.register_service(info(id="1a2b3c4d", name="Track A"))
    try:
        end_s = time.monotonic() + 6
        while not finder.found():
            assert time.monotonic() < end_s
            time.sleep(0.02)
        assert finder.found()[0].station_id == "1a2b3c4d"
    finally:
        announcer.close()
        finder.stop()
