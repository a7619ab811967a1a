"""The story that the program tells, step by step."""
