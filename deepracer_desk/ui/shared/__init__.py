"""Widgets, theme and bridges that every feature uses."""
