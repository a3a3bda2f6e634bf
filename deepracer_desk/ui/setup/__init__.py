"""Screens of setup."""
