# SPDX-License-Identifier: Apache-2.0
"""The one exception that the command line turns into a sentence."""


class CommandError(Exception):
    """Something that the user can mend; the message is one line that says what and how."""
