"""The exit statuses of every command."""

FINE = 0
BEYOND_LIMIT = 1
"""Findings beyond the limit that was asked."""

USERS_MISTAKE = 2
OUR_FAULT = 3
INTERRUPTED = 130
"""As a shell has it for SIGINT."""
