"""Frame of the main window: navigation, health strip, banners."""
