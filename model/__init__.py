"""What to do: the views of room 4 become a MILP, its solution becomes tables."""

from db.common.interrupt import quiet_imports

quiet_imports()
