#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Training through the whole program beside the bare engine: steps a second of “etude-cli train” by those of bench-train.

usage: loop.py BUILD [--rounds 7]

The same network, batch and optimizer, in turn, and in both the loss over all samples after each epoch. The program
writes updates to a file, as lines of JSON: all, or one in 100; without a store, and with one. What it says of its own speed counts.
"""
import argparse
import itertools
import json
import os
import statistics
import subprocess
import tempfile

import rows
from slices import Program, Verdicts, spread

LEAST = 0.9
ROW = rows.Row("2-32-2", "2-32-2", "tanh", 1024, 32, None, None, None, None)
# What makes the default experiment the same; about a second of training.
SETTINGS = ["dataset.samples=1024", "dataset.validation=0", "training.batch_size=32", "training.epochs=6000",
            "optimizer.kind=sgd", "optimizer.momentum=0.9"]


def measure(cli, folder, every, has_store):
    """Samples a second of the program."""
    command = [cli, "train", "--json", "-o", os.path.join(folder, "records.jsonl"), "--every", str(every)]
    for setting in SETTINGS:
        command += ["--set", setting]
    if not has_store:
        command.append("--no-store")
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   env=dict(os.environ, XDG_DATA_HOME=folder))
    with open(os.path.join(folder, "records.jsonl"), encoding="utf-8") as lines:
        last = lines.readlines()[-1]
    return json.loads(last)["time"]["steps_per_second"] * ROW.batch


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build")
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    cli = os.path.join(arguments.build, "src", "cli", "etude-cli")
    verdicts = Verdicts()
    bare = Program([os.path.join(arguments.build, "bench", "bench-train"), *rows.options(ROW, "momentum", 0.3),
                    "--evaluate"])
    for every, has_store in itertools.product((1, 100), (False, True)):
        with tempfile.TemporaryDirectory() as folder:
            ratios = [measure(cli, folder, every, has_store) / bare.measure()["samples_per_s"]
                      for _ in range(arguments.rounds)]
        words = "%s, one update in %d, with%s a store" % (ROW.name, every, "" if has_store else "out")
        print("%-46s x %-24s %s" % (words, spread(ratios, 2), verdicts.judge(words, statistics.median(ratios), LEAST)),
              flush=True)
    bare.close()
    verdicts.end()


main()
