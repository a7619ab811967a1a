"""The one exception that is meant for people."""


class UserError(Exception):
    """Something the user can mend: the message is one plain sentence saying what and how.

    Everything that reads a file, a folder, a setting or a typed value raises this for bad input;
    the command line prints it as `error: ...` and the window shows it in its banner.
    """


class TooLarge(UserError):
    """There is not the memory for it."""
