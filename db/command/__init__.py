"""What the commands of all packages share: how they end, what faults mean, the check of the set-up."""
