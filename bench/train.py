#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Training speed beside PyTorch, one thread each, whole steps.

usage: train.py BUILD [--rounds 7] [--seconds 0.3] [--json] [WORKLOAD…]

For each workload both programs run side by side and measure in turn, slice by slice, so that whatever else the machine
does falls on both. The ratio is the median over the rounds of Etude's samples per second by PyTorch's; in brackets the
smallest and the largest. PyTorch runs in its fastest mode, which it finds out first. Data are random numbers of
the size of the real ones: the speed of a step does not depend on them.
"""
import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
WORKLOADS = [
    # name, workload, batch, optimizer, least ratio, network
    ("tiny", "tiny", 10, "momentum", 120, "2-8-8-1 tanh, batch 10"),
    ("tiny-adam", "tiny", 10, "adam", None, "2-8-8-1 tanh, batch 10"),
    ("iris", "iris", 32, "momentum", 75, "4-16-3 ReLU, batch 32"),
    ("iris-adam", "iris", 32, "adam", None, "4-16-3 ReLU, batch 32"),
    ("digits", "digits", 32, "momentum", 12, "64-64-10 ReLU, batch 32"),
    ("digits-adam", "digits", 32, "adam", 12, "64-64-10 ReLU, batch 32"),
]
SHAPES = {"spiral": (500, 2, 2), "iris": (150, 4, 3), "digits": (1797, 64, 10)}


def write_data(folder):
    rng = random.Random(1)
    for name, (rows, columns, classes) in SHAPES.items():
        with open(os.path.join(folder, name + ".csv"), "w", encoding="ascii") as file:
            for i in range(rows):
                file.write("".join("%.6f," % rng.gauss(0, 1) for _ in range(columns)) + "%d\n" % (i % classes))


class Program:
    """A program that measures one slice for each line it gets."""

    def __init__(self, command):
        environment = dict(os.environ, OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        env=environment)

    def measure(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            sys.exit("train.py: %s ended without an answer" % self.process.args[0])
        return json.loads(line)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def find_torch():
    """A Python that has PyTorch: this one, or that of the system."""
    for python in (sys.executable, "/usr/bin/python3"):
        if os.path.exists(python) and subprocess.run([python, "-c", "import torch"], stderr=subprocess.DEVNULL,
                                                     check=False).returncode == 0:
            return python
    return None


def compare(arguments, workload, batch, optimizer, python, data):
    """Rounds of (etude, torch) slices; torch is None without a Python that has it."""
    options = [workload, "--batch", str(batch), "--optimizer", optimizer, "--seconds", str(arguments.seconds)]
    etude = Program([os.path.join(arguments.build, "bench", "bench-train"), *options])
    torch = None
    if python is not None:
        torch = Program([python, os.path.join(HERE, "peer-torch.py"), *options, "--data", data, "--serve"])
        torch.measure()
    rounds = [(etude.measure(), torch.measure() if torch else None) for _ in range(arguments.rounds)]
    etude.close()
    if torch:
        torch.close()
    return rounds


def report(name, optimizer, network, least, rounds):
    etude = statistics.median(e["samples_per_s"] for e, _ in rounds)
    result = {"name": name, "network": network, "optimizer": optimizer, "isa": rounds[0][0]["isa"], "etude": etude}
    if rounds[0][1] is not None:
        ratios = [e["samples_per_s"] / t["samples_per_s"] for e, t in rounds]
        result.update(torch=statistics.median(t["samples_per_s"] for _, t in rounds), mode=rounds[0][1]["mode"],
                      ratio=statistics.median(ratios), low=min(ratios), high=max(ratios), least=least)
    return result


def show(result):
    text = "%-12s %-24s %-8s %11s/s" % (result["name"], result["network"], result["optimizer"],
                                        format(round(result["etude"]), ","))
    if "ratio" in result:
        text += " %9s/s (%s)  %.1fx (%.1f..%.1f)" % (format(round(result["torch"]), ","), result["mode"],
                                                     result["ratio"], result["low"], result["high"])
        if result["least"]:
            text += "  wanted %dx%s" % (result["least"], "" if result["ratio"] >= result["least"] else ": NOT REACHED")
    print(text, flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build")
    parser.add_argument("workloads", nargs="*", metavar="WORKLOAD")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=0.3)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_intermixed_args()
    unknown = set(arguments.workloads) - {w[0] for w in WORKLOADS}
    if unknown:
        parser.error("unknown workload %s; there are %s" % (", ".join(sorted(unknown)), ", ".join(w[0] for w in WORKLOADS)))
    python = find_torch()
    results = []
    if python is None:
        print("train.py: PyTorch is not installed (python3-torch), so there are no ratios", file=sys.stderr)
    if not arguments.json:
        print("training: samples/s of Etude and PyTorch, ratio median (min..max) of %d rounds" % arguments.rounds)
    with tempfile.TemporaryDirectory() as data:
        write_data(data)
        for name, workload, batch, optimizer, least, network in WORKLOADS:
            if arguments.workloads and name not in arguments.workloads:
                continue
            rounds = compare(arguments, workload, batch, optimizer, python, data)
            results.append(report(name, optimizer, network, least, rounds))
            if not arguments.json:
                show(results[-1])
    if arguments.json:
        print(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
