"""Glassbox's models, their training and their explanation; no screen needed."""
