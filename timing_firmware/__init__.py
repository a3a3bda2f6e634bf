"""The timing station: a program for a Raspberry Pi or any Linux computer; Python 3.9, no Qt."""

__version__ = "0.1.0"
