"""Imported first by the process that others are forked from: what it imports afterwards stays for good.

Garbage is not looked for while it imports, and by those that are forked only in what is their own: so the
pages of all the rest stay shared (https://docs.python.org/3/library/gc.html#gc.freeze).
"""

import gc
import os

gc.disable()
os.register_at_fork(before=gc.freeze, after_in_child=gc.enable)
