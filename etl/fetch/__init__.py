"""Fetches the files of a region from the internet: one client, one cache, one module per type of service."""
