"""The window: feature folders over shared widgets."""
