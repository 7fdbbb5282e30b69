"""The result views as OGC API Features and vector tiles: tipg under the reader role, with limits."""
