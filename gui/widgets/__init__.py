"""The widgets: data in by `set_data`, signals out; no session, no torch."""
