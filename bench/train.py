#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Training speed beside PyTorch, scikit-learn and FANN, one thread each, whole steps.

usage: train.py BUILD [--rounds 7] [--seconds 0.3] [--json] [ROW…]

A ROW is a name of rows.py, which stands for both optimizers, or one with “-momentum” or “-adam” behind it.

All programs of a row run side by side and measure in turn. A ratio is the median over the rounds of Etude's samples per
second by the peer's; in brackets the smallest and the largest. PyTorch runs in its fastest mode, which it finds out
first. FANN has no mini-batches and updates after every sample. The share is that of the peak of fused multiply-adds
that a program without memory reaches, measured in the same round. Exit status 1: a ratio was not reached.
"""
import argparse
import json
import os
import statistics
import sys

import rows
from slices import Program, Verdicts, find_python, spread

HERE = os.path.dirname(os.path.abspath(__file__))
PEERS = ["torch", "sklearn", "fann"]


def find_peers(build):
    """How each peer is started; those that are not installed are left out, and that is said."""
    fann = os.path.join(build, "bench", "peer-fann")
    peers = {}
    for name, package in (("torch", "python3-torch"), ("sklearn", "python3-sklearn")):
        python = find_python(name)
        if python is not None:
            peers[name] = [python, os.path.join(HERE, "peer-%s.py" % name)]
        else:
            print("train.py: no %s (%s is not installed)" % (name, package), file=sys.stderr)
    if os.path.exists(fann):
        peers["fann"] = [fann]
    else:
        print("train.py: no fann (libfann-dev was not there when this was built)", file=sys.stderr)
    return peers


def takes_part(peer, row, optimizer):
    return getattr(row, peer) is not None and (peer != "fann" or optimizer == "momentum")


def measure(arguments, row, optimizer, peers):
    """Rounds of slices: for each, what every program answered."""
    options = rows.options(row, optimizer, arguments.seconds)
    programs = {"etude": Program([os.path.join(arguments.build, "bench", "bench-train"), *options]),
                "peak": Program([os.path.join(arguments.build, "bench", "bench-peak"), "--seconds", "0.05"])}
    programs.update((name, Program([*command, *options])) for name, command in peers.items()
                    if takes_part(name, row, optimizer))
    result = [{name: program.measure() for name, program in programs.items()} for _ in range(arguments.rounds)]
    for program in programs.values():
        program.close()
    return result


def summarise(row, optimizer, rounds):
    speeds = [r["etude"]["samples_per_s"] for r in rounds]
    result = {"name": "%s-%s" % (row.name, optimizer), "network": row.network, "batch": row.batch,
              "isa": rounds[0]["etude"]["isa"], "etude": statistics.median(speeds), "ratios": {},
              "shares": [s * rows.flops(row) / r["peak"]["flops_per_s"] for s, r in zip(speeds, rounds)]}
    for peer in PEERS:
        if peer in rounds[0]:
            result["ratios"][peer] = [s / r[peer]["samples_per_s"] for s, r in zip(speeds, rounds)]
    result["mode"] = rounds[0].get("torch", {}).get("mode")
    result["slow_blas"] = [name for name, answer in rounds[0].items() if answer.get("openblas") is False]
    return result


def show(row, result, verdicts):
    name = result["name"]
    print("%-22s %-15s %4d %12s/s" % (name, row.network, row.batch, format(round(result["etude"]), ",")), flush=True)
    if result["slow_blas"]:
        print("    without OpenBLAS (libopenblas0-pthread): %s" % ", ".join(result["slow_blas"]))
    for peer, ratios in result["ratios"].items():
        words = verdicts.judge("%s (%s)" % (name, peer), statistics.median(ratios), getattr(row, peer))
        if peer == "torch":
            words += ", aim %g%s (%s)" % (row.aim, "" if statistics.median(ratios) < row.aim else ": reached", result["mode"])
        print("    %-8s x %-24s %s" % (peer, spread(ratios, 2), words))
    shares = [100 * share for share in result["shares"]]
    least = rows.LEAST_SHARES.get(row.name)
    print("    peak     %% %-24s %s" % (spread(shares), verdicts.judge(name + " (peak)", statistics.median(shares),
                                                                       100 * least if least else None)), flush=True)


def choose(names):
    known = {"%s-%s" % (row.name, optimizer): (row, optimizer) for row in rows.ROWS for optimizer in rows.OPTIMIZERS}
    chosen = [key for key in known if not names or key in names or known[key][0].name in names]
    unknown = [name for name in names if name not in known and name not in {row.name for row in rows.ROWS}]
    if unknown:
        sys.exit("train.py: unknown row %s; there are %s" % (", ".join(unknown), ", ".join(row.name for row in rows.ROWS)))
    return [known[key] for key in chosen]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build")
    parser.add_argument("rows", nargs="*", metavar="ROW")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=0.3)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_intermixed_args()
    chosen = choose(arguments.rows)
    peers = find_peers(arguments.build)
    verdicts, results = Verdicts(), []
    if not arguments.json:
        print("samples/s of Etude, and its ratio to each peer: median (min..max) of %d rounds" % arguments.rounds)
    for row, optimizer in chosen:
        results.append(summarise(row, optimizer, measure(arguments, row, optimizer, peers)))
        if not arguments.json:
            show(row, results[-1], verdicts)
    if arguments.json:
        print(json.dumps(results, indent=2))
    verdicts.end()


if __name__ == "__main__":
    main()
