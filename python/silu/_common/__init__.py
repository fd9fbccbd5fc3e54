# SPDX-License-Identifier: Apache-2.0
"""What the report and the study share: how they write, draw, count and show progress."""
