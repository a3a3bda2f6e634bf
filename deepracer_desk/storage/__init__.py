"""SQLite (or PostgreSQL) through SQLAlchemy; takes and returns domain objects."""
