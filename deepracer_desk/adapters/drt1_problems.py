"""Sentences for people about what a station reports."""

from collections.abc import Sequence

from timing_firmware.protocol import Message

_HOT_C = 80  # a Raspberry Pi slows down from here
_LITTLE_DISK_MB = 100


def problems_of(status: Message | None, sensors: Sequence[str], role: str, refusal: str) -> tuple[str, ...]:
    """Return one sentence per problem, none when all is well.

    Args:
        status: the last heartbeat.
        sensors: names of the strips.
        role: what the station lets this desk do.
        refusal: what the station last said no to.
    """
    found: list[str] = []
    if refusal:
        found.append(f"The station refuses: {refusal}")
    if role == "viewer":
        found.append("Another desk owns this station. This desk only receives its crossings.")
    if status is not None:
        found += [_of_alarm(alarm, sensors) for alarm in status.texts("al")]
        if status.whole("temp") >= _HOT_C:
            found.append(f"The station's processor has {status.whole('temp')} °C. Give it air.")
        if "disk" in status.fields and status.whole("disk") < _LITTLE_DISK_MB:
            found.append(f"The station has {status.whole('disk')} MB of disk space left. Free some.")
        if status.whole("thr"):
            found.append("The station's power supply is too weak. Use another cable or supply.")
    return tuple(found)


def _of_alarm(alarm: str, sensors: Sequence[str]) -> str:
    code, _, place = alarm.partition(":")
    at = int(place) if place.isascii() and place.isdigit() else -1
    name = sensors[at] if 0 <= at < len(sensors) else f"Strip {at + 1}"
    if code == "stuck":
        return f"{name} has been pressed for seconds. Lift what lies on it, or check its cable."
    if code == "noise":
        return f"{name} flickers without a car. Turn its board less sensitive, or check its cable."
    if code == "silent":
        return f"{name} did not see the last cars that the other strip saw. Press it, and check its cable."
    if code == "disk":
        return "The station cannot write to its card. New crossings are lost if its power fails."
    return f"The station reports {alarm}."
