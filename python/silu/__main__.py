# SPDX-License-Identifier: Apache-2.0
"""`python -m silu`: the report, the graph and the study."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import NoReturn

from silu._common.errors import CommandError
from silu._common.links import link
from silu.report import plot, report
from silu.study import study

_FAILED, _USAGE, _INTERRUPTED = 1, 2, 130


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(_USAGE, f"silu: {message} (see python -m silu --help)\n")


def _picture(name: str) -> Path:
    path = Path(name)
    if path.suffix.lower() not in (".svg", ".png"):
        raise argparse.ArgumentTypeError(f"{name!r} must end in .svg or .png")
    return path


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m silu", description="Pictures and the report on SiLU.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    report_parser = commands.add_parser(
        "report",
        help="write the report, one HTML page that works offline",
        description="Writes the report: what SiLU is, its derivative and graph, its properties "
        "checked with numbers, a training comparison on real digits, the certificate, and speed.",
        epilog="example: python -m silu report --out silu.html",
    )
    report_parser.add_argument(
        "--out",
        type=Path,
        default=Path("report/index.html"),
        metavar="FILE",
        help="where to write the page (default: %(default)s)",
    )
    report_parser.add_argument(
        "--quick",
        action="store_true",
        help="fewer seeds, epochs and samples: seconds, not a minute or two; the page says so",
    )
    report_parser.add_argument(
        "--link",
        type=link,
        action="append",
        default=[],
        metavar="TEXT=TARGET",
        help="a link to show at the page's top, to a page beside it; may be given several times",
    )

    plot_parser = commands.add_parser(
        "plot",
        help="write the graph of SiLU, ReLU, sigmoid and their derivatives",
        description="Writes the graph of SiLU, ReLU, sigmoid and their derivatives.",
        epilog="example: python -m silu plot silu.svg",
    )
    plot_parser.add_argument("out", type=_picture, metavar="FILE", help="a name in .svg or .png")

    study_parser = commands.add_parser(
        "study",
        help="train networks with several activations, and judge what is said of SiLU",
        description="Trains small networks on real images and texts, which differ in nothing but "
        "their activation, and writes a page with results, pictures and verdicts. Every finished "
        "run is kept: the same command goes on where it was interrupted.",
        epilog="example: python -m silu study --out docs/study",
    )
    study_parser.add_argument(
        "--out",
        type=Path,
        default=Path("study"),
        metavar="FOLDER",
        help="where to write the page (default: %(default)s)",
    )
    study_parser.add_argument(
        "--quick",
        action="store_true",
        help="a minute, not half an hour: too short to judge by; the page says so",
    )
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; returns the exit status."""
    options = _parser().parse_args(arguments)
    written = options.out
    try:
        if options.command == "plot":
            plot(options.out)
        elif options.command == "report":
            report(options.out, quick=options.quick, links=options.link)
        else:
            written = study(options.out, quick=options.quick)
    except CommandError as error:
        print(f"silu: {error}", file=sys.stderr)
        return _FAILED
    except KeyboardInterrupt:
        kept = "finished runs are kept, and the same command goes on"
        rest = kept if options.command == "study" else "nothing was written"
        print(f"silu: interrupted, {rest}", file=sys.stderr)
        return _INTERRUPTED
    print(written)
    return 0


if __name__ == "__main__":
    sys.exit(main())
