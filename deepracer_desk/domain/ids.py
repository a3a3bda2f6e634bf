"""Names of things that never change, whatever people call them."""

from typing import NewType

RacerId = NewType("RacerId", str)
EventId = NewType("EventId", str)
TrackId = NewType("TrackId", str)  # one track of one event
RunId = NewType("RunId", str)
