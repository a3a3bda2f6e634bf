"""Screens of projector."""
