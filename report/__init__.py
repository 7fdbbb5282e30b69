"""What people see: summaries and hand-over of runs."""
