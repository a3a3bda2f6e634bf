"""The simulator: a program of its own; knows neither Qt nor the desk."""
