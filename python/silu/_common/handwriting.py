# SPDX-License-Identifier: Apache-2.0
"""scikit-learn's handwritten digits in three parts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

Array = np.ndarray


@dataclass(frozen=True)
class Data:
    """The digits, in three parts; pixels have mean 0 and variance 1 over the training part."""

    train: tuple[Array, Array]
    validation: tuple[Array, Array]
    test: tuple[Array, Array]


def load() -> Data:
    """scikit-learn's 1,797 digits of 8 by 8 pixels, which come with the package."""
    x, y = load_digits(return_X_y=True)
    rest, x_test, rest_y, y_test = train_test_split(x, y, test_size=360, random_state=0, stratify=y)
    x_train, x_validation, y_train, y_validation = train_test_split(
        rest, rest_y, test_size=360, random_state=0, stratify=rest_y
    )
    mean, deviation = x_train.mean(axis=0), x_train.std()

    def part(pixels: Array, labels: Array) -> tuple[Array, Array]:
        return ((pixels - mean) / deviation).astype(np.float32), labels

    return Data(part(x_train, y_train), part(x_validation, y_validation), part(x_test, y_test))
