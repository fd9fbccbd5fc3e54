# SPDX-License-Identifier: Apache-2.0
"""Fashion-MNIST (Xiao, Rasul, Vollgraf, 2017) and scikit-learn's digits."""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from silu._common import handwriting

from .parts import Data, Part, present

_FOLDER: Final = Path("/usr/share/datasets/fashion-mnist")
_PACKAGE: Final = "dataset-fashion-mnist"
_TRAIN, _VALIDATION, _TEST = 4096, 1024, 2048


def _read(name: str) -> np.ndarray:
    """An array of bytes in the IDX format: its rank is in byte 3, its shape follows."""
    content = gzip.decompress(present(_FOLDER / f"{name}-ubyte.gz", _PACKAGE).read_bytes())
    rank = content[3]
    shape = np.frombuffer(content, ">u4", rank, 4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * rank).reshape(shape)


def _pixels(images: np.ndarray) -> Tensor:
    """Images of 28 by 28 bytes as 14 by 14 means, from 0 to 1."""
    return functional.avg_pool2d(torch.from_numpy(images.copy())[:, None].float() / 255, 2)


@cache
def fashion() -> Data:
    """Photographs of clothes in ten classes: 4,096 to train on, 1,024 and 2,048 (of 70,000).

    Images are (samples, 1, 14, 14), of mean 0 and variance 1 over the training part.
    """
    used = _TRAIN + _VALIDATION
    pixels = _pixels(_read("train-images-idx3")[:used])
    labels = torch.from_numpy(_read("train-labels-idx1")[:used].astype(np.int64))
    test = _pixels(_read("t10k-images-idx3")[:_TEST])
    test_labels = torch.from_numpy(_read("t10k-labels-idx1")[:_TEST].astype(np.int64))
    mean, deviation = pixels[:_TRAIN].mean(), pixels[:_TRAIN].std()
    pixels, test = (pixels - mean) / deviation, (test - mean) / deviation
    return Data(
        (pixels[:_TRAIN], labels[:_TRAIN]),
        (pixels[_TRAIN:], labels[_TRAIN:]),
        (test, test_labels),
    )


@cache
def digits() -> Data:
    """Handwritten digits, (samples, 1, 8, 8): 1,077 to train on, 360 and 360."""
    data = handwriting.load()

    def part(pixels: np.ndarray, labels: np.ndarray) -> Part:
        return torch.from_numpy(pixels.reshape(-1, 1, 8, 8)), torch.from_numpy(labels).long()

    return Data(part(*data.train), part(*data.validation), part(*data.test))
