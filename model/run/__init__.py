"""From a scenario to an audited run."""
