"""What was brought in: regions, sources and the load into PostGIS."""
