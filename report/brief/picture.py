"""Pictures of the council report."""

from __future__ import annotations

import io

import matplotlib as mpl
from matplotlib.figure import Figure

_DPI = 200


def png(figure: Figure) -> bytes:
    """Return a figure as PNG."""
    # names are untrusted, and a dollar sign would begin a formula
    with mpl.rc_context({"text.parse_math": False, "font.family": "DejaVu Sans"}):
        file = io.BytesIO()
        figure.savefig(file, format="png", dpi=_DPI)
    return file.getvalue()
