"""The model: variables, rules and objective, in Pyomo.

All that models are made of is in `pyomo.core`: `pyomo.environ` also imports other solvers and other kinds of
models, 300 modules that nobody here asks for.
"""

from pyomo.common.dependencies import DeferredImportCallbackFinder

# Whoever imports SciPy after Pyomo has to import scipy.stats as well, which takes longer than Pyomo itself
# and which no solve asks for. Without that call Pyomo still imports SciPy where it wants it.
DeferredImportCallbackFinder._callbacks.pop("scipy", None)
