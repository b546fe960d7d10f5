#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures what the window costs: training speed beside that of the command line, and the start.

usage: window.py BUILD [--rounds 5] [--starts 5]

Both train the same experiment at full speed, one after the other in each round: the window with its
chart in view, in a display of its own. Printed are the ratio of their steps a second, median (min..max),
and the time from the start of the program to its window on the screen.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SUPPORT = os.path.join(HERE, "..", "tests", "support")
SETTINGS = ["--set", "training.epochs=20000"]

# Runs inside the display, after the program has been started.
SCRIPT = """
import os, subprocess
ui.wait('button', 'Train', 'sensitive')
ui.action('win.speed', 'uint32 0')
ui.action('win.train')
ui.find('button', 'Train Again', 'sensitive', timeout=300)
subprocess.run([os.environ['ETUDE_CLI'], 'runs', 'list', '--json'], check=True)
"""

START = """
import os, subprocess, sys, time
begin = time.monotonic()
program = subprocess.Popen([sys.argv[1]], stderr=subprocess.DEVNULL)
while subprocess.run(['xdotool', 'search', '--onlyvisible', '--class', 'etude'], capture_output=True).returncode != 0:
    if time.monotonic() - begin > 30 or program.poll() is not None:
        sys.exit('no window')
    time.sleep(0.005)
print(time.monotonic() - begin)
program.terminate()
program.wait()
"""


def steps_per_second_of_cli(cli, document):
    out = subprocess.run([cli, "train", "--json", "--every", "1000000000", "--no-store", document],
                         check=True, capture_output=True, text=True).stdout
    return json.loads(out.splitlines()[-1])["time"]["steps_per_second"]


def steps_per_second_of_window(app, cli, document, folder):
    script = os.path.join(folder, "script.py")
    with open(script, "w") as out:
        out.write(SCRIPT)
    done = subprocess.run([os.path.join(SUPPORT, "ui-drive.py"), "-f", script, "--", app, document],
                          capture_output=True, text=True, env=dict(os.environ, ETUDE_CLI=cli))
    if done.returncode != 0:
        sys.exit(done.stderr)
    run = json.loads(done.stdout)[0]
    return run["steps"] / run["time"]["seconds"]


def time_to_window(app):
    done = subprocess.run([os.path.join(SUPPORT, "with-display"), "-w", sys.executable, "-c", START, app],
                          capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr)
    return float(done.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--starts", type=int, default=5)
    arguments = parser.parse_args()
    build = os.path.abspath(arguments.build)
    app, cli = os.path.join(build, "src", "app", "etude"), os.path.join(build, "src", "cli", "etude-cli")
    if not os.path.exists(app):
        print("window.py: this build has no window, so nothing is measured", file=sys.stderr)
        return
    os.environ["GSETTINGS_SCHEMA_DIR"] = os.path.join(build, "data")
    with tempfile.TemporaryDirectory() as folder:
        document = os.path.join(folder, "long.etude")
        subprocess.run([cli, "train", "--no-store", "--save", document, *SETTINGS],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        pairs = [(steps_per_second_of_cli(cli, document), steps_per_second_of_window(app, cli, document, folder))
                 for _ in range(arguments.rounds)]
    ratios = [window / alone for alone, window in pairs]
    starts = [time_to_window(app) for _ in range(arguments.starts)]
    print("window open: %s steps/s beside %s of the command line, ratio %.2f (%.2f..%.2f)  wanted 0.80%s" % (
        format(round(statistics.median(window for _, window in pairs)), ","),
        format(round(statistics.median(alone for alone, _ in pairs)), ","), statistics.median(ratios), min(ratios),
        max(ratios), "" if statistics.median(ratios) >= 0.8 else ": NOT REACHED"))
    print("start: window on the screen after %.2f s (%.2f..%.2f)  wanted 1.5%s" % (
        statistics.median(starts), min(starts), max(starts), "" if statistics.median(starts) <= 1.5 else ": NOT REACHED"))


if __name__ == "__main__":
    main()
