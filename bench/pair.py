#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two trainings at the same time beside one: the sum of their speeds by the speed of one alone.

usage: pair.py BUILD [--rounds 7] [ROW…]

Means something on an idle machine with two processors or more only.
"""
import argparse
import os
import statistics

import rows
from slices import Program, Verdicts, spread

LEAST = 1.6
NAMES = ["digits", "mnist128", "mnist512-128", "cnn"]


def measure(first, second):
    alone = first.measure()["samples_per_s"]
    first.start()
    second.start()
    return (first.finish()["samples_per_s"] + second.finish()["samples_per_s"]) / alone


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build")
    parser.add_argument("rows", nargs="*", metavar="ROW", default=NAMES)
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_intermixed_args()
    verdicts = Verdicts()
    if len(os.sched_getaffinity(0)) < 2:
        print("pair.py: this machine has one processor, so nothing is measured")
        return
    for row in [row for row in rows.ROWS if row.name in (arguments.rows or NAMES)]:
        command = [os.path.join(arguments.build, "bench", "bench-train"), *rows.options(row, "momentum", 0.3)]
        programs = [Program(command), Program(command)]
        ratios = [measure(*programs) for _ in range(arguments.rounds)]
        for program in programs:
            program.close()
        print("%-22s two runs x %-24s %s" % (row.name, spread(ratios, 2),
                                            verdicts.judge(row.name, statistics.median(ratios), LEAST)), flush=True)
    verdicts.end()


main()
