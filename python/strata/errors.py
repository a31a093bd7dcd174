"""The one exception of this package."""

from __future__ import annotations


class StrataError(Exception):
    """Something that Strata refused or could not do.

    `code` is stable and fit for programs; the message is for people.
    """

    def __init__(self, code: str, message: str) -> None:
        """Make an error from its code and its message."""
        super().__init__(code, message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        """Return the message and the code."""
        return f"{self.message} [{self.code}]"
