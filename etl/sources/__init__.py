"""One file per source: parse, validate. `etl.fetch` gets the files."""
