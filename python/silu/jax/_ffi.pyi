# SPDX-License-Identifier: Apache-2.0
from typing import Any

TARGETS: dict[str, Any]  # capsules with XLA_FFI_Handler
TABLE: dict[str, tuple[tuple[str, ...], tuple[str, ...], bool]]  # inputs, outputs, clamped
DIGITS: int
