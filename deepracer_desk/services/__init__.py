"""Use cases, free of Qt; one file per group of verbs."""
