"""The steps of a load: files are found and read, and what was done is shown."""
