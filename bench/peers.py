# SPDX-License-Identifier: Apache-2.0
"""Speed beside PyTorch, NumPy's expression and, where they are installed, JAX and TensorFlow.

Every program runs on one thread, on the same normal numbers of deviation 3, into memory that is
there before (JAX and TensorFlow allocate theirs), in turns: one call of each, and again.  What is
reported are medians, and their ratios to PyTorch's time, or in 8 bits, where PyTorch has no
activations, to a copy's.

    python bench/peers.py                   all, into bench/results/
    python bench/peers.py --dtype float32 --rounds 400
"""

from __future__ import annotations

import argparse
import ctypes
import datetime
import functools
import importlib.util
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

# Before the libraries start their threads.
for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = "1"
os.environ["XLA_FLAGS"] = (
    "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1 "
    + os.environ.get("XLA_FLAGS", "")
)
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np  # noqa: E402
import torch  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent
FUNCTIONS = (
    "sigmoid",
    "sigmoid_derivative",
    "silu",
    "silu_derivative",
    "silu_second_derivative",
    "relu",
    "relu_derivative",
)  # in the order of the C interface
OPERATORS = (
    "silu_backward",
    "silu_double_backward",
    "swish",
    "swish_backward",
    "swiglu",
    "swiglu_backward",
)  # likewise
MEASURED = ("silu_backward", "swish", "swiglu", "swiglu_backward")  # of these
DTYPES = {
    "float64": torch.float64,
    "float32": torch.float32,
    "float16": torch.float16,
    "bfloat16": torch.bfloat16,
    "float8_e4m3fn": torch.float8_e4m3fn,
    "float8_e5m2": torch.float8_e5m2,
    "int8": torch.int8,
}  # as the C interface numbers them; int8, behind them, is none of its dtypes

# The most that this library may take of the others' time.
LIMITS = {
    ("silu", "float32"): 1.5,
    ("silu_derivative", "float32"): 2.0,
    ("silu", "float16"): 0.6,
    ("silu_derivative", "float16"): 0.6,
    ("silu", "bfloat16"): 0.6,
    ("silu_derivative", "bfloat16"): 0.6,
    ("silu", "float64"): 3.0,
    ("silu_derivative", "float64"): 3.0,
    ("silu_backward", "float32"): 1.3,
    ("silu_backward", "bfloat16"): 0.6,
    ("swiglu", "float32"): 1.0,
    ("swiglu", "bfloat16"): 0.5,
    **{
        ("swish_beta_gradient", dtype): 2.0
        for dtype in ("float64", "float32", "float16", "bfloat16")
    },
    **{("silu", dtype): 2.0 for dtype in ("float8_e4m3fn", "float8_e5m2", "int8")},
}

Call = Callable[[], object]


def build_library() -> pathlib.Path:
    """Builds the library as the preset `bench` says, and gives the place of its shared form."""
    for command in (
        ["cmake", "--preset", "bench"],
        ["cmake", "--build", "--preset", "bench", "--target", "silu_bench_shared"],
    ):
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return ROOT / "build" / "bench" / "bench" / "libsilu_bench.so"


class Operand(ctypes.Structure):
    """silu_input and silu_output: a tensor's elements in order, or its only one for all."""

    _fields_ = (("data", ctypes.c_void_p), ("stride", ctypes.c_ssize_t))

    @staticmethod
    def array(tensors: list[torch.Tensor]) -> ctypes.Array[Operand]:
        """Those of some tensors."""
        operands = [
            Operand(tensor.data_ptr(), tensor.element_size() if tensor.numel() > 1 else 0)
            for tensor in tensors
        ]
        return (Operand * len(operands))(*operands)


class Quantisation(ctypes.Structure):
    """silu_int8: what a number of int8 stands for."""

    _fields_ = (("scale", ctypes.c_double), ("zero_point", ctypes.c_int))


class Library:
    """The C interface."""

    def __init__(self, path: pathlib.Path) -> None:
        self._library = ctypes.CDLL(str(path))
        self._library.silu_target_name.restype = ctypes.c_char_p
        self._library.silu_version.restype = ctypes.c_char_p
        self._library.silu_target_name.argtypes = [ctypes.c_size_t]

    @property
    def version(self) -> str:
        """The library's version."""
        return str(self._library.silu_version().decode())

    @property
    def target(self) -> str:
        """The instruction set in use."""
        return str(self._library.silu_target_name(0).decode())

    def call(self, function: str, dtype: str, x: torch.Tensor, y: torch.Tensor) -> Call:
        """A call that writes function of x to y."""
        return functools.partial(
            self._library.silu_evaluate,
            FUNCTIONS.index(function),
            list(DTYPES).index(dtype),
            ctypes.c_void_p(x.data_ptr()),
            ctypes.c_void_p(y.data_ptr()),
            ctypes.c_size_t(x.numel()),
        )

    def call_int8(self, function: str, x: torch.Tensor, y: torch.Tensor) -> Call:
        """The same in int8, by a table that is there before; any scales serve."""
        table = (ctypes.c_int8 * 256)()
        make = self._library.silu_int8_table
        make.argtypes = [ctypes.c_int, Quantisation, Quantisation, ctypes.c_void_p]
        of_x, of_y = Quantisation(0.05, 0), Quantisation(0.025, -117)
        status = make(FUNCTIONS.index(function), of_x, of_y, table)
        if status != 0:
            raise RuntimeError(f"silu_int8_table returned {status}")
        return functools.partial(
            self._library.silu_map_bytes,
            table,
            ctypes.c_void_p(x.data_ptr()),
            ctypes.c_void_p(y.data_ptr()),
            ctypes.c_size_t(x.numel()),
        )

    def apply(self, operator: str, x: list[torch.Tensor], y: list[torch.Tensor]) -> Call:
        """A call that writes the operator's outputs for x to y."""
        call: Call = functools.partial(
            self._library.silu_apply,
            OPERATORS.index(operator),
            list(DTYPES.values()).index(y[0].dtype),
            Operand.array(x),
            Operand.array(y),
            None,
            ctypes.c_size_t(y[0].numel()),
        )
        status = call()
        if status != 0:
            raise RuntimeError(f"{operator}: silu_apply returned {status}")
        return call

    def beta_gradient(self, inputs: list[torch.Tensor]) -> Call:
        """A call that sums the gradient for a shared beta exactly; inputs are dy, x and beta."""
        total = (ctypes.c_int64 * (67 + 1))()  # silu_sum
        value = self._library.silu_sum_value
        value.restype = ctypes.c_double
        dtype = list(DTYPES.values()).index(inputs[0].dtype)
        operands, n = Operand.array(inputs), ctypes.c_size_t(inputs[0].numel())

        def gradient() -> float:
            ctypes.memset(total, 0, ctypes.sizeof(total))
            status = self._library.silu_swish_beta_gradient(total, dtype, operands, n)
            if status != 0:
                raise RuntimeError(f"silu_swish_beta_gradient returned {status}")
            return float(value(total))

        return gradient


def torch_beta_gradient(dy: torch.Tensor, x: torch.Tensor, beta: torch.Tensor) -> Call:
    """PyTorch's expression, with the sigmoid that its autograd keeps."""
    s = torch.sigmoid(beta * x)
    return lambda: (dy * x * x * s * (1 - s)).sum()


def torch_operator_call(operator: str, x: list[torch.Tensor], y: list[torch.Tensor]) -> Call:
    """PyTorch's operators into y, and into one more tensor where it takes several of them."""
    aten, between = torch.ops.aten, torch.empty_like(y[0])
    match operator:
        case "silu_backward":
            return lambda: aten.silu_backward.grad_input(x[0], x[1], grad_input=y[0])
        case "swish":

            def swish() -> None:  # x * sigmoid(beta * x)
                aten.mul.out(x[1], x[0], out=between)
                aten.sigmoid.out(between, out=between)
                aten.mul.out(x[0], between, out=y[0])

            return swish
        case "swiglu":

            def swiglu() -> None:  # silu(a) * b
                aten.silu.out(x[0], out=between)
                aten.mul.out(between, x[1], out=y[0])

            return swiglu
        case "swiglu_backward":
            saved = aten.silu(x[1])  # as autograd keeps it

            def swiglu_backward() -> None:
                aten.mul.out(x[0], x[2], out=between)
                aten.silu_backward.grad_input(between, x[1], grad_input=y[0])
                aten.mul.out(x[0], saved, out=y[1])

            return swiglu_backward
    raise ValueError(f"operator is {operator!r}; allowed: {', '.join(MEASURED)}")


def torch_call(function: str, x: torch.Tensor, y: torch.Tensor) -> Call | None:
    """PyTorch's own operator into y; for a derivative, its backward operator with ones."""
    aten = torch.ops.aten
    match function:
        case "silu":
            return lambda: aten.silu.out(x, out=y)
        case "silu_derivative":
            ones = torch.ones_like(x)
            return lambda: aten.silu_backward.grad_input(ones, x, grad_input=y)
        case "sigmoid":
            return lambda: aten.sigmoid.out(x, out=y)
        case "relu":
            return lambda: aten.relu.out(x, out=y)
        case "relu_derivative":
            ones = torch.ones_like(x)
            return lambda: aten.threshold_backward.grad_input(ones, x, 0, grad_input=y)
    return None


def numpy_call(function: str, x: torch.Tensor, y: torch.Tensor) -> Call | None:
    """NumPy's x / (1 + exp(-x)), each step in place."""
    if function != "silu" or x.dtype == torch.bfloat16:
        return None
    source, result = x.numpy(), y.numpy()

    def evaluate() -> None:
        np.negative(source, out=result)
        np.exp(result, out=result)
        np.add(result, 1, out=result)
        np.divide(source, result, out=result)

    return evaluate


def jax_call(function: str, dtype: str, x: torch.Tensor) -> Call | None:
    """JAX's silu, compiled."""
    if function != "silu" or importlib.util.find_spec("jax") is None:
        return None
    import jax

    jax.config.update("jax_enable_x64", True)
    evaluate = jax.jit(jax.nn.silu)
    source = jax.numpy.asarray(x.double().numpy()).astype(dtype)
    return lambda: evaluate(source).block_until_ready()


def tensorflow_call(function: str, dtype: str, x: torch.Tensor) -> Call | None:
    """TensorFlow's silu, eagerly."""
    if function != "silu" or importlib.util.find_spec("tensorflow") is None:
        return None
    tensorflow = start_tensorflow()
    source = tensorflow.cast(tensorflow.constant(x.double().numpy()), dtype)
    return lambda: tensorflow.nn.silu(source)


@functools.cache
def start_tensorflow():  # type: ignore[no-untyped-def]  # a module without types
    """TensorFlow, on one thread."""
    import tensorflow

    tensorflow.config.threading.set_intra_op_parallelism_threads(1)
    tensorflow.config.threading.set_inter_op_parallelism_threads(1)
    return tensorflow


def medians(calls: dict[str, Call], rounds: int) -> dict[str, float]:
    """Seconds per call of each, measured in turns."""
    times: dict[str, list[float]] = {name: [] for name in calls}
    for turn in range(rounds + 5):  # the first five warm up
        for name, call in calls.items():
            start = time.perf_counter()
            call()
            elapsed = time.perf_counter() - start
            if turn >= 5:
                times[name].append(elapsed)
    return {name: statistics.median(values) for name, values in times.items()}


def processor() -> str:
    """The processor's name."""
    try:
        for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def offers_in_bytes(library: Library, dtype: str, n: int) -> Iterator[tuple[str, dict[str, Call]]]:
    """silu in 8 bits, beside a copy; int8 stands for what its numbers are times 0.05."""
    generator = torch.Generator().manual_seed(1)
    normal = 3 * torch.randn(n, generator=generator)
    if dtype == "int8":
        x = (normal / 0.05).round().clamp(-128, 127).to(torch.int8)
        y = torch.empty_like(x)
        call = library.call_int8("silu", x, y)
    else:
        x = normal.to(DTYPES[dtype])
        y = torch.empty_like(x)
        call = library.call("silu", dtype, x, y)
    copy = functools.partial(ctypes.memmove, y.data_ptr(), x.data_ptr(), n)
    yield "silu", {"silu": call, "copy": copy}


def offers(library: Library, dtype: str, n: int) -> Iterator[tuple[str, dict[str, Call | None]]]:
    """Each function and operator, and who offers it."""
    generator = torch.Generator().manual_seed(1)
    normal = 3 * torch.randn((3, n), generator=generator, dtype=torch.float64)
    x, other, third = (values.to(DTYPES[dtype]) for values in normal)
    y = torch.empty_like(x)
    copy: dict[str, Call | None] = {"copy": lambda: y.copy_(x)}
    for function in FUNCTIONS:
        yield (
            function,
            {
                "silu": library.call(function, dtype, x, y),
                "PyTorch": torch_call(function, x, y),
                "NumPy": numpy_call(function, x, y),
                "JAX": jax_call(function, dtype, x),
                "TensorFlow": tensorflow_call(function, dtype, x),
                **copy,
            },
        )
    beta = torch.tensor(1.5, dtype=DTYPES[dtype])
    inputs = {
        "silu_backward": [other, x],
        "swish": [x, beta],
        "swiglu": [x, other],
        "swiglu_backward": [third, x, other],
    }
    for operator in MEASURED:
        outputs = [y, torch.empty_like(y)] if operator == "swiglu_backward" else [y]
        yield (
            operator,
            {
                "silu": library.apply(operator, inputs[operator], outputs),
                "PyTorch": torch_operator_call(operator, inputs[operator], outputs),
                **copy,
            },
        )
    yield (
        "swish_beta_gradient",
        {
            "silu": library.beta_gradient([third, x, beta]),
            "PyTorch": torch_beta_gradient(third, x, beta),
            **copy,
        },
    )


def measure(library: Library, dtypes: list[str], n: int, rounds: int) -> list[dict[str, object]]:
    """The rows of the table, each printed when it is known."""
    rows: list[dict[str, object]] = []
    for dtype in dtypes:
        in_bytes = DTYPES[dtype].itemsize == 1
        for function, offered in (offers_in_bytes if in_bytes else offers)(library, dtype, n):
            calls = {name: call for name, call in offered.items() if call is not None}
            seconds = medians(calls, rounds)
            nanoseconds = {name: value / n * 1e9 for name, value in seconds.items()}
            reference = "copy" if in_bytes else "PyTorch"
            ratio = seconds["silu"] / seconds[reference] if reference in seconds else None
            limit = LIMITS.get((function, dtype))
            rows.append(
                {
                    "function": function,
                    "dtype": dtype,
                    "ns_per_element": nanoseconds,
                    "reference": reference,
                    "ratio": ratio,
                    "limit": limit,
                }
            )
            print(table_row(rows[-1], PROGRAMS), flush=True)
    return rows


PROGRAMS = ["silu", "PyTorch", "NumPy", "JAX", "TensorFlow", "copy"]


def table_head(programs: list[str]) -> str:
    """The head of a table in Markdown."""
    columns = ["function", "dtype", *programs, "silu / PyTorch, or copy", "limit", ""]
    return f"| {' | '.join(columns)} |\n|{' --- |' * len(columns)}"


def table_row(row: dict[str, object], programs: list[str]) -> str:
    """A row of it."""
    times, ratio, limit = row["ns_per_element"], row["ratio"], row["limit"]
    assert isinstance(times, dict)
    cells = [str(row["function"]), str(row["dtype"])]
    cells += [f"{times[name]:.3f}" if name in times else "" for name in programs]
    cells += [f"{ratio:.2f}" if isinstance(ratio, float) else ""]
    cells += [f"{limit:.1f}" if isinstance(limit, float) else ""]
    kept = isinstance(ratio, float) and isinstance(limit, float) and ratio <= limit
    cells += ["" if limit is None else "kept" if kept else "EXCEEDED"]
    return f"| {' | '.join(cells)} |"


def write(path: pathlib.Path, text: str) -> None:
    """Writes a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".tmp")
    temporary.write_text(text)
    temporary.replace(path)


def main() -> int:
    """Measures what the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--dtype", choices=list(DTYPES), action="append", help="only this one (may be repeated)"
    )
    parser.add_argument(
        "--n", type=int, default=1 << 20, help="elements per call (default: %(default)s)"
    )
    parser.add_argument(
        "--rounds", type=int, default=101, help="calls of each program (default: %(default)s)"
    )
    parser.add_argument(
        "--library", type=pathlib.Path, help="a shared library silu (default: it is built)"
    )
    parser.add_argument("--results", type=pathlib.Path, default=ROOT / "bench" / "results")
    arguments = parser.parse_args()
    for name in ("n", "rounds"):
        if getattr(arguments, name) < 1:
            parser.error(f"argument --{name}: {getattr(arguments, name)}; allowed: 1 and more")

    torch.set_num_threads(1)
    library = Library(arguments.library or build_library())
    date = datetime.datetime.now(datetime.UTC).date().isoformat()
    head = {
        "processor": processor(),
        "date": date,
        "n": arguments.n,
        "rounds": arguments.rounds,
        "silu": library.version,
        "target": library.target,
        "torch": torch.__version__,
        "torch_capability": torch.backends.cpu.get_cpu_capability(),
        "numpy": np.__version__,
    }
    title = ", ".join(f"{key} {value}" for key, value in head.items())
    print(f"{title}\n\nns per element, one thread, medians\n\n{table_head(PROGRAMS)}", flush=True)
    rows = measure(library, arguments.dtype or list(DTYPES), arguments.n, arguments.rounds)

    table = "\n".join([table_head(PROGRAMS), *(table_row(row, PROGRAMS) for row in rows)])
    name = "-".join(str(head["processor"]).replace("(R)", "").split()).lower() + "-" + date
    write(arguments.results / f"{name}.json", json.dumps({**head, "rows": rows}, indent=1) + "\n")
    write(
        arguments.results / f"{name}.md",
        f"# Speed beside other libraries\n\n{title}\n\n"
        f"Nanoseconds per element, one thread, medians.\n\n{table}\n",
    )
    print(f"\nwritten: {arguments.results / name}.json and .md")
    return 0


if __name__ == "__main__":
    sys.exit(main())
