"""Drafts of region files: a place found by its name, and files of the user's own."""
