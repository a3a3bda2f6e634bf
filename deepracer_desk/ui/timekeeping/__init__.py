"""Screens of timekeeping."""
