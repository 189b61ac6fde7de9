#!/usr/bin/env python3
"""Makes the golden suite's sources and expected pictures, without a line of the code that they test.

    make.py sources --originals DIR    sources/ anew (DIR: the wallpapers named in CREDITS.md)
    make.py expected [CASE …]          expected.png of every case (or of those named) that has one
    make.py strict [CASE …]            fails if a case's tolerance would let a shift or a wrong colour pass
    make.py sheet FILE [CASE …]        one picture with all sources, or with the expected pictures, to look at

Needs: requirements.txt, and cjpeg and jpegtran (libjpeg-turbo) on the path.
"""

import argparse
import sys
import tomllib
from pathlib import Path

sys.dont_write_bytecode = True

GOLDEN = Path(__file__).resolve().parent.parent
SOURCES = GOLDEN / "sources"


def cases(names):
    for path in sorted(GOLDEN.glob("*/case.toml")):
        if not names or path.parent.name in names:
            yield path.parent, tomllib.loads(path.read_text())


def make_sources(arguments):
    import bombs
    import made
    import photos

    if arguments.originals:
        photos.write(arguments.originals, SOURCES / "photos")
    made.write(SOURCES / "made")
    bombs.write(SOURCES / "bombs")


def make_expected(arguments):
    import render

    for folder, case in cases(arguments.case):
        expected = case.get("expected")
        # A picture of another folder is that case's own.
        if expected and "/" not in expected["picture"]:
            picture = render.render(SOURCES / case["source"], case["request"], expected["by"])
            picture.save(folder / expected["picture"], optimize=True)
            print(f"{folder.name}: {picture.width} × {picture.height} {picture.mode}")


def make_sheet(arguments):
    import sheet

    if arguments.case:
        chosen = [
            (folder / case["expected"]["picture"], folder.name)
            for folder, case in cases(arguments.case)
            if "expected" in case
        ]
    else:
        chosen = [(path, path.name) for path in sorted(SOURCES.glob("*/*"))]
    sheet.sheet(chosen).save(arguments.file)


def make_strict(arguments):
    import strict

    chosen = [(folder, case["expected"]) for folder, case in cases(arguments.case) if "expected" in case]
    passing = [
        f"{folder.name}: {change} would pass"
        for folder, expected in chosen
        for change in strict.unnoticed(folder, expected)
    ]
    print(*passing, f"tolerances of {len(chosen)} cases: {len(passing)} too wide", sep="\n")
    return 1 if passing or not chosen else 0


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("sources")
    command.add_argument(
        "--originals", type=Path, help="folder of the original photos; without it, only made/ and bombs/"
    )
    command.set_defaults(run=make_sources)
    command = commands.add_parser("expected")
    command.add_argument("case", nargs="*")
    command.set_defaults(run=make_expected)
    command = commands.add_parser("strict")
    command.add_argument("case", nargs="*")
    command.set_defaults(run=make_strict)
    command = commands.add_parser("sheet")
    command.add_argument("file", type=Path)
    command.add_argument("case", nargs="*")
    command.set_defaults(run=make_sheet)
    arguments = parser.parse_args()
    return arguments.run(arguments)


if __name__ == "__main__":
    sys.exit(main())
