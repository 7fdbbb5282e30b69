"""The QGIS project: a table of layers (`layers.toml`), names for people (`fields.toml`), as QGIS keeps it."""
