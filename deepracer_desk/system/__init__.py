"""Facts about this computer; standard library only."""
