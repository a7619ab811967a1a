"""Glassbox's window, its tabs and widgets; it shows what `core` computed."""
