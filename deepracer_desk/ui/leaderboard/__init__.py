"""Screens of leaderboard."""
