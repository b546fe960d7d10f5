#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Memory of a network with its buffers, beside what its numbers take: see bench-train.c.

usage: memory.py BUILD
"""
import os
import sys

import rows
from slices import Program, Verdicts

MOST = 1.3
NAMES = ["mnist512-32", "mnist512-128", "cnn"]


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    verdicts = Verdicts()
    for row in [row for row in rows.ROWS if row.name in NAMES]:
        for optimizer in rows.OPTIMIZERS:
            program = Program([os.path.join(sys.argv[1], "bench", "bench-train"), *rows.options(row, optimizer, 0.1)], malloc=False)
            answer = program.measure()
            program.close()
            ratio = answer["resident_bytes"] / answer["needed_bytes"]
            name = "%s-%s" % (row.name, optimizer)
            print("%-22s %6.1f MB, %.2f x the %.1f MB of weights, moments, values and two gradients  wanted at most %g%s" % (
                name, answer["resident_bytes"] / 1e6, ratio, answer["needed_bytes"] / 1e6, MOST,
                "" if verdicts.is_within(name, ratio, MOST) else ": NOT REACHED"), flush=True)
    verdicts.end()


main()
