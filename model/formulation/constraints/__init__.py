"""What a plan must keep: the rules that a scenario may switch off, one in each file of this folder.

A rule's name is its file, its component in the model, its audit and its switch in a scenario.
"""

from __future__ import annotations

from model.formulation.folder import objects
from model.formulation.rule import Rule

RULES = objects(__name__, __path__, "RULE", Rule)
