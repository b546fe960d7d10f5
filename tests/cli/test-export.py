#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the verb “export” promises: pictures and numbers of stored runs, the same bytes twice.

usage: test-export.py ETUDE_CLI
"""
import csv
import os
import re
import sys

sys.dont_write_bytecode = True
import tap

CLI = sys.argv[1]


def run(home, *arguments, **options):
    return tap.run(CLI, home, *arguments, **options)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def test_pictures(home):
    """each format, twice the same bytes, and nothing on standard output"""
    starts = {"png": b"\x89PNG\r\n\x1a\n", "svg": b"<?xml", "pdf": b"%PDF-", "csv": b"panel,line,epoch,value\n"}
    for ending, start in starts.items():
        paths = [os.path.join(home, f"{i}.{ending}") for i in (1, 2)]
        for path in paths:
            assert run(home, "export", "last", "-o", path) == ("", "")
        assert read(paths[0]).startswith(start), ending
        assert read(paths[0]) == read(paths[1]), ending


def test_svg(home):
    path = os.path.join(home, "titled.svg")
    run(home, "export", "1", "2", "-o", path, "--title", "a<b & c", "--x", "steps", "--scale", "log")
    svg = read(path).decode()
    assert "<title>a&lt;b &amp; c</title>" in svg
    assert len(re.findall("<text ", svg)) >= 15
    assert ">step</text>" in svg and ">Learning rate</text>" in svg


def test_numbers(home):
    """the rates and losses of the CSV are those that training printed"""
    printed, _ = run(home, "train", "--csv", "--no-store", "--set", "training.epochs=3")
    path = os.path.join(home, "numbers.csv")
    run(home, "export", "1", "-o", path, "--x", "steps")
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    expected = list(csv.DictReader(printed.splitlines()))
    for line, column in (("raw", "loss"), ("line", "lr")):
        found = {row["step"]: row["value"] for row in rows if row["line"] == line}
        assert found == {row["step"]: row[column] for row in expected}, line
    assert [row["value"] for row in rows if row["line"] == "Validation"][-1] == expected[-1]["validation_loss"]


def test_refused(home):
    """one sentence and the status of wrong usage"""
    path = os.path.join(home, "x.png")
    cases = {
        (): "etude-cli: found no --output, expected a name that ends in .png, .svg, .pdf or .csv\n",
        ("-o", "x.gif"): "etude-cli: --output: “x.gif”: expected a name that ends in .png, .svg, .pdf or .csv\n",
        ("-o", path, "--theme", "sepia"): "etude-cli: --theme: found “sepia”, expected paper, light, dark, contrast or contrast-dark\n",
        ("-o", path, "--x", "days"): "etude-cli: --x: found “days”, expected epochs, steps or samples\n",
        ("-o", path, "--scale", "cubic"): "etude-cli: --scale: found “cubic”, expected linear, log or symlog\n",
        ("-o", path, "--width", "0"): "etude-cli: --width: found 0, expected a number from 1\n",
        ("-o", path, "--width", "10"):
            "etude-cli: The picture is 10 × 1000 pixels, expected at least 542 × 375 at 200 dpi\n",
    }
    for arguments, message in cases.items():
        assert run(home, "export", *arguments, status=2) == ("", message), arguments
    assert not os.path.exists(path)


def test_failed(home):
    """a run that there is not, a folder that there is not"""
    path = os.path.join(home, "x.png")
    out, message = run(home, "export", "ffffffff", "-o", path, status=1)
    assert out == "" and message.startswith("etude-cli: ") and "ffffffff" in message and message.count("\n") == 1
    out, message = run(home, "export", "-o", os.path.join(home, "no", "x.png"), status=1)
    assert out == "" and message.startswith("etude-cli: ") and message.count("\n") == 1
    assert not os.path.exists(path)


def set_up(home):
    run(home, "train", "--json", "--set", "training.epochs=3")
    run(home, "train", "--json", "--set", "training.epochs=3", "--set", "optimizer.lr=0.03")


if __name__ == "__main__":
    tap.main(globals(), set_up)
