"""Where the words of terminal tables in both languages stand."""

from __future__ import annotations

from pathlib import Path

FILE = Path(__file__).with_name("words.toml")
