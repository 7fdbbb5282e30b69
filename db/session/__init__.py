"""Sessions with the database: opening one, steady reads, turns, and sessions or runs that must be ended."""
