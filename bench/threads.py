#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Training speed with two threads: beside PyTorch with two, beside one thread, and while another program wants to run.

usage: threads.py BUILD [--rounds 7] [--seconds 0.3] [ROW…]

Programs measure in turn; ratios are medians over the rounds, in brackets the smallest and the largest. The competitor
counts on one processor as fast as it can, and stands still while the machine is to be quiet. Nothing is asked of the
ratio to one thread on a quiet machine. Exit status 1: a ratio was not reached.
"""
import argparse
import os
import signal
import statistics
import subprocess
import sys

import rows
from slices import Program, Verdicts, find_python, spread

HERE = os.path.dirname(os.path.abspath(__file__))


def measure(arguments, row, torch):
    """Rounds of slices: samples per second of one thread, of two, and of PyTorch, and the first two with a competitor."""
    options = rows.options(row, "momentum", arguments.seconds)
    train = os.path.join(arguments.build, "bench", "bench-train")
    programs = {"one": Program([train, *options]), "two": Program([train, *options, "--threads", "2"])}
    if torch:
        programs["torch"] = Program([torch, os.path.join(HERE, "peer-torch.py"), *options, "--threads", "2"], threads=2)
    competitor = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    result = []
    try:
        for _ in range(arguments.rounds):
            competitor.send_signal(signal.SIGSTOP)
            speeds = {name: program.measure()["samples_per_s"] for name, program in programs.items()}
            competitor.send_signal(signal.SIGCONT)
            speeds.update((name + "-busy", programs[name].measure()["samples_per_s"]) for name in ("one", "two"))
            result.append(speeds)
    finally:
        competitor.kill()
        competitor.wait()
        for program in programs.values():
            program.close()
    return result


def show(row, demand, rounds, verdicts):
    print("%-14s %12s/s with two threads" % (row.name, format(round(statistics.median(r["two"] for r in rounds)), ",")))
    for words, above, below, least in (("torch", "two", "torch", demand.torch), ("one thread", "two", "one", None),
                                       ("one, busy", "two-busy", "one-busy", demand.busy)):
        if below in rounds[0]:
            ratios = [r[above] / r[below] for r in rounds]
            aim = ", aim %g" % demand.aim if words == "torch" else ""
            print("    %-10s x %-24s %s%s" % (words, spread(ratios, 2), verdicts.judge(
                "%s (%s)" % (row.name, words), statistics.median(ratios), least), aim), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build")
    parser.add_argument("rows", nargs="*", metavar="ROW")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=0.3)
    arguments = parser.parse_intermixed_args()
    known = {row.name: row for row in rows.ROWS}
    unknown = set(arguments.rows) - {demand.name for demand in rows.TWO_THREADS}
    if unknown:
        sys.exit("threads.py: unknown row %s" % ", ".join(sorted(unknown)))
    torch = find_python("torch")
    if torch is None:
        print("threads.py: no torch (python3-torch is not installed)", file=sys.stderr)
    verdicts = Verdicts()
    for demand in rows.TWO_THREADS:
        if not arguments.rows or demand.name in arguments.rows:
            show(known[demand.name], demand, measure(arguments, known[demand.name], torch), verdicts)
    verdicts.end()


if __name__ == "__main__":
    main()
