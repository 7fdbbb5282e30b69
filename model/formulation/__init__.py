"""The model: variables, rules and objective, in Pyomo."""

from pyomo.common.dependencies import DeferredImportCallbackFinder

# Whoever imports SciPy after Pyomo has to import scipy.stats as well, which takes longer than Pyomo itself
# and which no solve asks for. Without that call Pyomo still imports SciPy where it wants it.
DeferredImportCallbackFinder._callbacks.pop("scipy", None)
