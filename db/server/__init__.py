"""Where the database comes from: the machine's PostgreSQL, a private cluster, its logins."""
