"""The QGIS project: the map of `catalogue.toml` as QGIS keeps it."""
