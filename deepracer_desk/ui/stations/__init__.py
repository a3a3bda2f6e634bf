"""Screens of stations."""
