"""Where records may lie: the metric system of a region, and the outline with its margin."""
