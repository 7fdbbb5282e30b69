"""What people see: summaries and hand-over of runs."""

from db.common.interrupt import quiet_imports

quiet_imports()
