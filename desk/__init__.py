"""The planner's desk: what-ifs asked for in a browser, solved one after another, compared and adopted.

It stands above `etl`, `model` and `report`: a page under the planner's rights, and a runner
that solves and loads.
"""

from db.common.interrupt import quiet_imports

quiet_imports()
