"""A drawn town of five junctions whose numbers can be checked by hand; see README.md."""
