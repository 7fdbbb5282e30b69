"""The page's scripts share one scope: a name declared twice would stand for the later one everywhere."""

from __future__ import annotations

import re
from collections import Counter

from report.page.render import HERE, SCRIPTS

_DECLARED = re.compile(
    r"^(?:async )?(?:function\*?|const|let|class) (\{[^}]*\}|\[[^\]]*\]|\w+)", re.MULTILINE
)
_WORD = re.compile(r"\w+")


def declared(script: str) -> list[str]:
    """Return the names that a script declares for all of them."""
    return [name for found in _DECLARED.findall(script) for name in _WORD.findall(found)]


def test_names_of_all_forms_of_declaration_are_found() -> None:
    script = "const A = 1;\nlet { b, c } = {};\nfunction d() {\n  const inner = 2;\n}\nclass E {}\nconst [f, g] = [];"
    assert declared(script) == ["A", "b", "c", "d", "E", "f", "g"]


def test_no_name_is_declared_by_two_scripts_of_the_page() -> None:
    names = Counter(name for file in SCRIPTS for name in declared((HERE / file).read_text(encoding="utf-8")))
    assert len(names) > 100
    assert [name for name, times in names.items() if times > 1] == []


def test_every_script_is_part_of_the_page() -> None:
    assert {path.name for path in HERE.glob("*.js")} == set(SCRIPTS)
