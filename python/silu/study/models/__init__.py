# SPDX-License-Identifier: Apache-2.0
"""The study's networks; each takes its depth and a maker of activations."""
