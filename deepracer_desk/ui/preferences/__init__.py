"""Screens of preferences."""
