"""How the database stands: where it comes from, its migrations, its views and its checks."""

from db.common.interrupt import quiet_imports

quiet_imports()
