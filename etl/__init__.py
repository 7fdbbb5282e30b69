"""Regions, their sources, and the load into PostGIS."""

from db.common.interrupt import quiet_imports

quiet_imports()
