"""Drivable stand-ins that ship, because a rehearsal needs no hardware."""
