"""The ways a command can end, each with its exit code."""

from __future__ import annotations


class PlannerError(Exception):
    """Something the user should read: one sentence, and a next step.

    `exit_code` is the process's exit code: 2 the user's mistake, 3 infeasible, 4 no plan within the time
    limit, 5 the audit rejected the plan, 6 a source could not be fetched. Anything that is not a
    `PlannerError` is a bug and ends with 1; 7 is no error: a plan that is kept, but not published.
    """

    exit_code = 2

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(PlannerError):
    """The user's mistake, in a command, a file or a setting."""


class InfeasibleError(PlannerError):
    """No plan can keep all rules at once."""

    exit_code = 3


class NoPlanError(PlannerError):
    """The time limit passed before any plan was found."""

    exit_code = 4


class AuditRejectedError(PlannerError):
    """The plan was found and written, but the audit in SQL found a rule broken."""

    exit_code = 5


class FetchError(PlannerError):
    """A source on the internet could not be had, or gave something else; what was there before stays."""

    exit_code = 6
