"""The model: variables, rules and objective, in Pyomo."""

from pyomo.common.dependencies import DeferredImportCallbackFinder

# Pyomo has whoever imports SciPy after it import scipy.stats too, which takes twice as long as itself and
# which no solve asks for. Without that call Pyomo still imports SciPy where it wants it.
DeferredImportCallbackFinder._callbacks.pop("scipy", None)
