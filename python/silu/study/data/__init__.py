# SPDX-License-Identifier: Apache-2.0
"""What the networks learn from: real data that packages hold, and two curves."""
