"""DeepRacer Desk: one laptop runs a DeepRacer event."""

__version__ = "0.1.0"
