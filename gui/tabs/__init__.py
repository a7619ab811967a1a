"""The tabs: each wires widgets to the session and never talks to another tab."""
