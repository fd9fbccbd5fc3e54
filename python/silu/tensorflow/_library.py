# SPDX-License-Identifier: Apache-2.0
"""Loads the operators, and the threads for them."""

from __future__ import annotations

import ctypes
import pathlib
import warnings
from typing import Any

import tensorflow as tf

_FOLDER = pathlib.Path(__file__).parent


def _load() -> Any:
    """The module that TensorFlow makes of the operators."""
    path = _FOLDER / "operators.so"
    if not path.exists():
        raise ImportError(
            "silu was built without its adapter of TensorFlow: with TensorFlow installed, build it"
            " again by pip install --no-build-isolation 'silu[tensorflow]'"
        )
    operators = tf.load_op_library(str(path))
    library = ctypes.CDLL(str(path))
    library.silu_tensorflow_pool_version.restype = ctypes.c_char_p
    version = library.silu_tensorflow_pool_version().decode()
    if version == tf.__version__:
        pool = ctypes.CDLL(str(_FOLDER / "pool.so"))
        library.silu_tensorflow_use.argtypes = [ctypes.c_void_p]
        library.silu_tensorflow_use(ctypes.cast(pool.silu_tensorflow_run, ctypes.c_void_p))
    else:
        warnings.warn(
            f"silu.tensorflow was compiled with TensorFlow {version} and runs with"
            f" {tf.__version__}: the results are the same, but each operator runs in one thread,"
            " as TensorFlow's threads are in no interface that is stable. Build silu again with"
            " this version, by pip install --no-build-isolation --force-reinstall, or install"
            f" tensorflow=={version}.",
            RuntimeWarning,
            stacklevel=2,
        )
    return operators


OPERATORS = _load()
