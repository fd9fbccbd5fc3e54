# SPDX-License-Identifier: Apache-2.0
"""silu map: every kind of .npy file, and everything that can go wrong with one."""

from __future__ import annotations

import contextlib
import math
import os
import pty
import random
import resource
import shutil
import signal
import stat
import struct
import subprocess
import time
from pathlib import Path

import ml_dtypes
import numpy as np
import pytest
from tool_support import FORMATS, FUNCTIONS, fails, right_silu, silu, succeeds, tool

MAGIC = b"\x93NUMPY"


def header(text: str | bytes, version: tuple[int, int] = (1, 0)) -> bytes:
    text = text.encode() if isinstance(text, str) else text
    return (
        MAGIC + bytes(version) + struct.pack("<H" if version == (1, 0) else "<I", len(text)) + text
    )


def plain(descr: str = "<f4", shape: str = "(3,)", order: str = "False") -> bytes:
    return header(f"{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}\n")


def words(dtype: str, count: int, seed: int = 0) -> np.ndarray:
    """Random bit patterns of a dtype, NaN among them."""
    form = FORMATS[dtype]
    return np.random.default_rng(seed).integers(0, 1 << form.width, count, f"u{form.width // 8}")


def bits_of(array: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(array).view(f"u{array.dtype.itemsize}")


def mapped(folder: Path, array: np.ndarray, function: str = "silu", *options: object) -> np.ndarray:
    np.save(folder / "in.npy", array)
    assert succeeds("map", function, folder / "in.npy", folder / "out.npy", *options) == ""
    if array.dtype == ml_dtypes.float8_e5m2:  # NumPy writes '<f1', and does not read it
        return np.frombuffer((folder / "out.npy").read_bytes()[-array.nbytes :], array.dtype)
    return np.load(folder / "out.npy")


def only(folder: Path, *names: str) -> None:
    assert sorted(path.name for path in folder.iterdir()) == sorted(names)


def refused(folder: Path, content: bytes, says: str, *options: str) -> None:
    (folder / "in.npy").write_bytes(content)
    fails(1, "map", "silu", folder / "in.npy", folder / "out.npy", *options, says=f"in.npy: {says}")
    only(folder, "in.npy")


@pytest.mark.parametrize("dtype", FORMATS)
def test_values_are_correctly_rounded(tmp_path, dtype):
    form = FORMATS[dtype]
    x = [
        bits
        for bits in words(dtype, 1500).tolist()
        if 0 < bits % (1 << (form.width - 1)) < form.infinity
    ]
    array = np.array(x, f"u{form.width // 8}").view(form.numpy)
    y = bits_of(mapped(tmp_path, array, "silu", "--dtype", dtype))
    assert y.tolist() == [right_silu(bits, dtype) for bits in x]


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])
@pytest.mark.parametrize("function", FUNCTIONS)
def test_any_byte_order_axis_order_version_and_number_of_threads_gives_the_same(
    tmp_path, dtype, function
):
    x = words(dtype, 60 * 70 * 30).view(FORMATS[dtype].numpy).reshape(60, 70, 30)
    y = mapped(tmp_path, x, function)
    assert y.dtype == x.dtype
    assert not y.flags.f_contiguous

    swapped = mapped(tmp_path, x.astype(x.dtype.newbyteorder(">")), function)
    assert swapped.dtype == x.dtype.newbyteorder(">")
    assert (bits_of(swapped).byteswap() == bits_of(y)).all()

    fortran = mapped(tmp_path, np.asfortranarray(x), function, "--threads", 3)
    assert fortran.flags.f_contiguous
    assert (bits_of(fortran) == bits_of(y)).all()

    for version in (2, 0), (3, 0):
        with (tmp_path / "in.npy").open("wb") as file:
            np.lib.format.write_array(file, x, version)
        succeeds(
            "map", function, tmp_path / "in.npy", tmp_path / "out.npy", "--threads", 1, "--quiet"
        )
        with (tmp_path / "out.npy").open("rb") as file:
            assert np.lib.format.read_magic(file) == version
        assert (bits_of(np.load(tmp_path / "out.npy")) == bits_of(y)).all()


def test_map_and_eval_agree(tmp_path):
    x = words("float16", 300).view("f2")
    y = bits_of(mapped(tmp_path, x, "silu_second_derivative"))
    names = [f"0x{bits:x}" for bits in bits_of(x)]
    output = succeeds(
        "eval", "--dtype", "float16", "--bits", "--function", "silu_second_derivative", *names
    )
    lines = [line for line in output.splitlines() if line.startswith("silu_second")]
    assert [int(line.split()[-1], 16) for line in lines] == y.tolist()


@pytest.mark.parametrize(
    "shape", [(0,), (3, 0, 5), (0, 2**60), (), (1,) * 32, (65536,), (65537,), (262144 + 1,)]
)
def test_any_shape(tmp_path, shape):
    x = words("float32", math.prod(shape)).view("f4").reshape(shape)
    np.save(tmp_path / "in.npy", x)
    succeeds("map", "relu_derivative", tmp_path / "in.npy", tmp_path / "out.npy")
    y = np.load(tmp_path / "out.npy")
    assert y.shape == shape
    with np.errstate(invalid="ignore"):
        assert (
            bits_of(y) == bits_of(np.where(np.isnan(x), np.float32(np.nan), (x > 0).astype("f4")))
        ).all()


def test_bfloat16_must_be_asked_for(tmp_path):
    x = np.linspace(-5, 5, 101).astype(ml_dtypes.bfloat16)
    np.save(tmp_path / "in.npy", x)
    refused(
        tmp_path,
        (tmp_path / "in.npy").read_bytes(),
        "its dtype '<V2' is two bytes of any kind; say --dtype bfloat16",
    )
    y = mapped(tmp_path, x, "silu", "--dtype", "bfloat16")
    assert y.dtype == np.dtype("V2")
    form = FORMATS["bfloat16"]
    assert [right_silu(b, "bfloat16") for b in bits_of(x[x != 0]).tolist()] == bits_of(
        y[x != 0]
    ).tolist()
    for descr in "|V2", "V2", ">V2", "bfloat16":
        data = bits_of(x).astype(">u2" if descr == ">V2" else "<u2").tobytes()
        (tmp_path / "in.npy").write_bytes(plain(descr, "(101,)") + data)
        succeeds("map", "silu", tmp_path / "in.npy", tmp_path / "out.npy", "--dtype", "bfloat16")
        out = (tmp_path / "out.npy").read_bytes()
        assert out.startswith(plain(descr, "(101,)"))
        assert out.endswith(bits_of(y).astype(">u2" if descr == ">V2" else "<u2").tobytes())
    assert form.numpy == x.dtype


@pytest.mark.parametrize(
    "text",
    [
        "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (3,)}\n",
        '{"shape":(3,),"fortran_order":True,"descr":"f4"}',
        " {  'shape' : ( 3 , ) , 'descr' : '|f4' , 'fortran_order' : False }  \n",
        "{'descr': '=f4', 'fortran_order': False, 'shape': (3L,), }",
        "{'descr': 'float32', 'fortran_order': False, 'shape': (1, 3), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 1,), }",
    ],
)
def test_what_numpy_reads_is_read(tmp_path, text):
    data = np.array([-1, 0.5, 2], "<f4").tobytes()
    (tmp_path / "in.npy").write_bytes(header(text) + data)
    with (tmp_path / "in.npy").open("rb") as file, contextlib.suppress(UserWarning):
        assert np.lib.format.read_array(file).size == 3
    succeeds("map", "silu", tmp_path / "in.npy", tmp_path / "out.npy")
    assert (tmp_path / "out.npy").read_bytes().startswith(header(text))


TOO_MANY = "its shape has too many elements"
NO_LENGTH = "its header should have a length from 0 to 2^63 - 1 at character"
NO_STRING = "its header should have a plain string at character"
STRUCTURED = "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (3,)}"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "it does not begin with"),
        (b"\x93NUMP", "it does not begin with"),
        (b"PK\x03\x04 a zip archive", "it does not begin with"),
        (MAGIC, "it ends within its header"),
        (MAGIC + b"\x01\x00\x76", "it ends within its header"),
        (plain()[:40], "it ends within its header"),
        (MAGIC + b"\x02\x00\xff\xff\xff\xff{", "a header of 4294967295 bytes; allowed: "),
        (MAGIC + b"\x04\x00" + plain()[8:], "version 4.0 of the format; allowed: 1.0, 2.0, 3.0"),
        (MAGIC + b"\x01\x01" + plain()[8:], "version 1.1"),
        (header(""), "its header should have '{' at character 0"),
        (header("{}"), "its header lacks one of"),
        (header("{'descr': '<f4', 'shape': (3,)}"), "its header lacks one of"),
        (header("{'descr': '<f4', 'descr': '<f8'}"), "its header has the key 'descr'"),
        (header("{'evil': __import__('os')}"), "its header has the key 'evil'"),
        (header("{'descr': '<f4"), NO_STRING),
        (header(b"{'descr': '\x00\xff\n', }"), NO_STRING),
        (header("{'descr': '<f4' 'shape': (3,)}"), "its header should have '}'"),
        (plain().replace(b"}", b"]"), NO_STRING),
        (plain().replace(b"}", b"}x"), "its header should have its end at character"),
        (plain(shape="(3)"), "its header should have ','"),
        (plain(shape="3"), "its header should have '('"),
        (plain(shape="(-3,)"), NO_LENGTH),
        (plain(shape="(3.0,)"), "its header should have ','"),
        (plain(shape="(,)"), NO_LENGTH),
        (plain(shape="(9223372036854775808,)"), NO_LENGTH),
        (plain(shape="(99999999999999999999999,)"), NO_LENGTH),
        (plain(shape="(4294967296, 4294967296)"), TOO_MANY),
        (plain(shape="(9223372036854775807, 3)"), TOO_MANY),
        (plain(shape="(2305843009213693952,)"), TOO_MANY),
        (plain(shape=f"({'1,' * 65})"), "more than 64 dimensions"),
        (plain(order="1"), "its header should have True or False"),
        (header(STRUCTURED), "its dtype is structured"),
    ],
)
def test_a_bad_header_is_refused(tmp_path, content, says):
    refused(tmp_path, content, f"not a usable .npy file: {says}")


@pytest.mark.parametrize(
    "descr", ["|O", "<c8", "<i4", "<f16", "|b1", "<U3", "", "f3", "<", "float8"]
)
def test_another_dtype_is_refused(tmp_path, descr):
    says = f"its dtype is '{descr}'; allowed: float64, float32, float16, bfloat16"
    refused(tmp_path, plain(descr) + bytes(12), says)


def test_a_terminals_escape_sequences_are_not_passed_on(tmp_path):
    refused(tmp_path, plain("\x1b[2J"), r"its dtype is '\x1b[2J'; allowed: ")


@pytest.mark.parametrize(
    ("shape", "promised", "size"),
    [
        ("(3,)", 12, 0),
        ("(3,)", 12, 11),
        ("(3,)", 12, 13),
        ("()", 4, 0),
        ("(0,)", 0, 4),
        ("(1000000000000,)", 4000000000000, 12),
    ],
)
def test_data_that_are_not_what_the_header_promises_are_refused(tmp_path, shape, promised, size):
    says = f"its header promises {promised} bytes of data; it has {size}"
    refused(tmp_path, plain(shape=shape) + bytes(size), says)


def test_a_dtype_other_than_asked_for_is_refused(tmp_path):
    refused(
        tmp_path,
        plain() + bytes(12),
        "its dtype is '<f4', not bfloat16 as --dtype says",
        "--dtype",
        "bfloat16",
    )
    refused(tmp_path, plain("<V2") + bytes(6), "its dtype is '<V2'", "--dtype", "float16")
    fails(
        2,
        "map",
        "silu",
        tmp_path / "in.npy",
        tmp_path / "out.npy",
        "--dtype",
        "int8",
        says="dtype 'int8' is unknown",
    )


def test_a_mutated_header_never_crashes_it_and_is_never_read_otherwise_than_by_numpy(tmp_path):
    random.seed(5)
    data = np.arange(24, dtype="<f4").tobytes()
    seed = b"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3, 4), }"
    tokens = [
        b"'",
        b'"',
        b"(",
        b")",
        b",",
        b"{",
        b"}",
        b" ",
        b"\n",
        b"0",
        b"9" * 20,
        b"-",
        b"L",
        b"True",
        b"\\",
        b"\x00",
        b"<f8",
        b">f4",
    ]
    accepted = 0
    for _ in range(600):
        content = bytearray(seed)
        for _ in range(random.choice((1, 1, 2, 4))):
            at = random.randrange(len(content))
            match random.randrange(5):
                case 0:
                    content[at] ^= 1 << random.randrange(8)
                case 1:
                    content[at:at] = random.choice(tokens)
                case 2:
                    del content[at : at + random.randrange(1, 9)]
                case 3:
                    content[at : at + 1] = random.choice(tokens)
                case 4:  # may be harmless
                    content[at:at] = b" "
        start = bytearray(header(bytes(content) + b"\n"))
        if random.randrange(4) == 0:
            start[random.randrange(len(MAGIC), len(start))] ^= 1 << random.randrange(8)
        (tmp_path / "in.npy").write_bytes(start + data)
        done = silu("map", "relu", tmp_path / "in.npy", tmp_path / "out.npy")
        assert done.returncode in (0, 1), done
        if done.returncode == 1:
            assert done.stderr.count("\n") == 1, done
            only(tmp_path, "in.npy")
            continue
        accepted += 1
        with (tmp_path / "in.npy").open("rb") as file:
            there = np.lib.format.read_array(file)
        here = np.load(tmp_path / "out.npy")
        assert (here.shape, here.dtype, here.flags.f_contiguous) == (
            there.shape,
            there.dtype,
            there.flags.f_contiguous,
        )
        with np.errstate(invalid="ignore"):
            assert np.array_equal(here, np.maximum(there, 0), equal_nan=True)
        (tmp_path / "out.npy").unlink()
    assert accepted > 20


@pytest.fixture
def small(tmp_path):
    np.save(tmp_path / "in.npy", np.arange(-5, 5, dtype="f4"))
    return tmp_path / "in.npy"


def test_files_that_cannot_be_read_are_refused(tmp_path, small):
    out = tmp_path / "out.npy"
    fails(1, "map", "silu", tmp_path / "none.npy", out, says="none.npy: No such file or directory")
    fails(1, "map", "silu", tmp_path, out, says="it is a directory")
    os.mkfifo(tmp_path / "pipe")
    fails(1, "map", "silu", tmp_path / "pipe", out, says="pipe: it is not a regular file")
    fails(1, "map", "silu", "/dev/zero", out, says="/dev/zero: it is not a regular file")
    fails(1, "map", "silu", small / "below", out, says="Not a directory")
    only(tmp_path, "in.npy", "pipe")


def test_targets_that_cannot_be_written_are_refused(tmp_path, small):
    (tmp_path / "folder").mkdir()
    fails(1, "map", "silu", small, tmp_path / "folder", says="folder: it is a directory")
    fails(
        1,
        "map",
        "silu",
        small,
        tmp_path / "none" / "out.npy",
        says="out.npy: No such file or directory",
    )
    fails(1, "map", "silu", small, "/dev/null", says="/dev/null: it is not a regular file")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
    fails(1, "map", "silu", small, "/sys/out.npy", says="cannot write /sys/out.npy: ")
    fails(1, "map", "silu", small, tmp_path / ("n" * 256), says="File name too long")
    fails(1, "map", "silu", small, "", says="cannot write ")
    only(tmp_path, "in.npy", "folder")
    only(tmp_path / "folder")


def test_bad_arguments_are_refused(tmp_path, small):
    out = tmp_path / "out.npy"
    fails(2, "map", "swish", small, out, says="function 'swish' is unknown; allowed: sigmoid, ")
    fails(2, "map", "silu", small, says="OUTPUT is required")
    fails(2, "map", "silu", small, out, "more", says="more")
    for threads in "0", "-1", "many":
        fails(2, "map", "silu", small, out, "--threads", threads, says="threads")
    only(tmp_path, "in.npy")


def limit_file_size():
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))


def test_a_file_beyond_the_limit_leaves_nothing_behind(tmp_path):
    np.save(tmp_path / "in.npy", np.zeros(1_000_000, "f4"))
    fails(
        1,
        "map",
        "silu",
        tmp_path / "in.npy",
        tmp_path / "out.npy",
        says="File too large",
        preexec_fn=limit_file_size,
    )
    only(tmp_path, "in.npy")


def test_a_full_disk_leaves_nothing_behind(tmp_path):
    np.save(tmp_path / "in.npy", np.zeros(1_000_000, "f4"))
    disk = tmp_path / "disk"
    disk.mkdir()
    script = (
        'mount -t tmpfs -o size=100k tmpfs "$1" || exit 77; "$0" map silu "$2" "$1/out.npy"; '
        'status=$?; ls -A "$1"; exit $status'
    )
    shell = ["sh", "-c", script, tool(), disk, tmp_path / "in.npy"]
    done = subprocess.run(["unshare", "-rm", *shell], capture_output=True, text=True, check=False)
    if done.returncode == 77 or "unshare" in done.stderr:
        pytest.skip("this system lets nobody mount a small disk")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"silu: cannot write {disk}/out.npy: No space left on device\n"


def test_the_output_may_be_the_input_or_a_link_and_keeps_its_permissions(tmp_path, small):
    x = np.load(small)
    expected = mapped(tmp_path, x, "sigmoid")
    small.chmod(0o640)
    succeeds("map", "sigmoid", small, small)
    assert (np.load(small) == expected).all()
    assert stat.S_IMODE(small.stat().st_mode) == 0o640

    (tmp_path / "link.npy").symlink_to("out.npy")
    np.save(small, x)
    succeeds("map", "relu", small, tmp_path / "link.npy")
    assert (tmp_path / "link.npy").is_symlink()
    assert (np.load(tmp_path / "out.npy") == np.maximum(x, 0)).all()
    only(tmp_path, "in.npy", "out.npy", "link.npy")


def test_names_may_be_relative_and_strange(tmp_path, small):
    strange = "-ø \n.npy"
    shutil.copy(small, tmp_path / strange)
    succeeds("map", "silu", "--", strange, "out.npy", cwd=tmp_path)
    only(tmp_path, "in.npy", strange, "out.npy")
    fails(1, "map", "silu", "--", "none\n.npy", "out.npy", says=r"none\x0a.npy", cwd=tmp_path)


@pytest.fixture
def large(tmp_path):
    """A file of 4 GiB, which takes the disk no space; mapping it takes seconds."""
    with (tmp_path / "in.npy").open("wb") as file:
        form = {"descr": "<f4", "fortran_order": False, "shape": (1 << 30,)}
        np.lib.format.write_array_header_1_0(file, form)
        file.truncate(file.tell() + (4 << 30))
    yield tmp_path / "in.npy"
    (tmp_path / "in.npy").unlink()


INTERRUPTS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


def heed_interrupts() -> None:
    """As in a terminal, whatever this process was told to ignore, by nohup or in the background."""
    for number in INTERRUPTS:
        signal.signal(number, signal.SIG_DFL)


@contextlib.contextmanager
def mapping(folder: Path, **options):
    """The tool at work on the large file: its temporary file is there."""
    process = subprocess.Popen(
        [tool(), "map", "silu", folder / "in.npy", folder / "out.npy", "--threads", "1"],
        stderr=options.pop("stderr", subprocess.PIPE),
        text=True,
        preexec_fn=heed_interrupts,
        **options,
    )
    try:
        while not list(folder.glob(".silu-*")):
            assert process.poll() is None
            time.sleep(0.001)
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", INTERRUPTS)
def test_an_interrupt_leaves_the_target_as_it_was(tmp_path, large, number):
    (tmp_path / "out.npy").write_text("what was there")
    with mapping(tmp_path) as process:
        process.send_signal(number)
        assert process.wait() == 128 + number
        assert process.stderr.read() == ""
    only(tmp_path, large.name, "out.npy")
    assert (tmp_path / "out.npy").read_text() == "what was there"


def test_an_input_that_shrinks_meanwhile_is_noticed(tmp_path, large):
    with mapping(tmp_path) as process:
        os.truncate(large, 1000)
        assert process.wait() == 1
        assert (
            process.stderr.read()
            == f"silu: cannot read {large}: it became shorter while being read\n"
        )
    only(tmp_path, large.name)


def test_a_terminal_shows_progress_rate_and_time_left(tmp_path, large):
    ours, theirs = pty.openpty()
    with mapping(tmp_path, stderr=theirs) as process:
        shown = b""
        while b"left" not in shown:
            shown += os.read(ours, 1000)
        process.terminate()
        process.wait()
    os.close(theirs)
    os.close(ours)
    line = shown.decode().split("\r")[1]
    assert line.startswith("silu float32 [")
    for part in "%", " of 4.29 GB", "B/s", " left":
        assert part in line
    assert large.exists()


def test_memory_does_not_grow_with_the_file(tmp_path):
    # With room for a sixteenth of the file.
    np.save(tmp_path / "in.npy", np.zeros(1 << 28, "f2"))

    def limit_data():
        resource.setrlimit(resource.RLIMIT_DATA, (32 << 20, 32 << 20))

    out = tmp_path / "out.npy"
    succeeds("map", "sigmoid", tmp_path / "in.npy", out, "--threads", 1, preexec_fn=limit_data)
    assert (np.load(out, mmap_mode="r")[:: 1 << 12] == 0.5).all()

    out.unlink()
    (tmp_path / "in.npy").unlink()
