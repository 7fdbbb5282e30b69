"""One file per source: fetch, parse, validate."""
