#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs that are killed at any moment go on, and end as if nobody had killed them.

usage: test-resume.py ETUDE_CLI
"""
import csv
import json
import os
import random
import select
import signal
import subprocess
import sys
import time

import tap

CLI = os.path.abspath(sys.argv[1])
LONG = "ETUDE_TEST_LONG" in os.environ
PATIENCE = 60
# As often as the store is written, so that most kills come after a checkpoint and before the end of what it knows.
OFTEN = {"ETUDE_CHECKPOINT_INTERVAL": "1"}

# What remembers something from one update to the next: moments, a plateau, an average, gradients that sum up, statistics,
# masks, the evaluations that early stopping has counted, weights to restore.
KINDS = {
    "adam": ["optimizer=adam", "schedule=cosine"],
    "momentum and plateau": ["optimizer.momentum=0.9", "optimizer.nesterov=true", "schedule=plateau", "schedule.patience=3",
                             "training.evaluate_every=97"],
    "average and accumulation": ["optimizer=adamw", "training.ema=0.999", "training.accumulate=3", "training.clip_norm=1"],
    "batch norm, dropout, early stopping": [
        "network.layers=[{\"kind\":\"dense\",\"units\":16},\"batch_norm\",\"relu\",{\"kind\":\"dropout\",\"p\":0.2},\"dense\"]",
        "training.early_stopping={\"patience\":100000}", "training.evaluate_every=501", "dataset.test=0.2"],
}


def run(home, *arguments, **options):
    return tap.run(CLI, home, *arguments, environment=OFTEN, **options)[0]


def settings_of(kind, steps):
    return [part for setting in [*KINDS[kind], f"training.steps={steps}"] for part in ("--set", setting)]


def last(text):
    return json.loads(text.splitlines()[-1])


def show(home):
    return json.loads(run(home, "runs", "show", "last", "--json"))


def without_time(shown):
    """What two runs that are the same have in common."""
    return {key: value for key, value in shown.items() if key not in ("id", "number", "colour", "started", "time", "note")}


def find_steps(home, kind):
    """So many that a run takes about two seconds here."""
    began = time.monotonic()
    run(home, "train", "--json", "--every", "1000000", *settings_of(kind, 5000))
    return int(min(max(2 * 5000 / (time.monotonic() - began), 5000), 400000))


def kill(home, arguments, after):
    """Starts, waits for the first line and so long, kills; returns whether that came before the end."""
    child = subprocess.Popen([CLI, "train", *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                             env=dict(os.environ, XDG_DATA_HOME=home, **OFTEN))
    assert select.select([child.stdout], [], [], PATIENCE)[0], "no output"
    try:
        child.wait(after)
    except subprocess.TimeoutExpired:
        child.send_signal(signal.SIGKILL)
    child.stdout.close()
    child.wait(PATIENCE)
    return child.returncode == -signal.SIGKILL


def check(home, kind, n_kills):
    chance = random.Random(kind)
    steps = find_steps(home, kind)
    arguments = ["--json", "--every", "1000000", *settings_of(kind, steps)]
    began = time.monotonic()
    expected_end = last(run(home, "train", *arguments))
    duration = time.monotonic() - began
    expected = without_time(show(home))
    for _ in range(n_kills):
        # Once in a while a run is killed more than once.
        was_killed = kill(home, arguments, chance.uniform(0, duration))
        id_before = show(home)["id"]
        while was_killed:
            shown = show(home)
            assert shown["state"] == "interrupted" and shown["id"] == id_before, shown["state"]
            if chance.random() < 0.5:
                break
            was_killed = kill(home, ["--resume", "last", "--json", "--every", "1000000"], chance.uniform(0, duration))
        if not was_killed:
            assert show(home)["weights"] == expected_end["weights"]
            continue
        end = last(run(home, "train", "--resume", "last", "--json", "--every", "1000000"))
        shown = show(home)
        assert end["weights"] == expected_end["weights"], (kind, end, expected_end)
        assert shown["id"] == id_before
        assert without_time(shown) == expected, kind


def test_adam(home):
    check(home, "adam", 20 if LONG else 2)


def test_plateau(home):
    check(home, "momentum and plateau", 20 if LONG else 2)


def test_average(home):
    check(home, "average and accumulation", 20 if LONG else 2)


def test_dropout(home):
    check(home, "batch norm, dropout, early stopping", 20 if LONG else 2)


def stop(home, *arguments):
    """A run that was stopped in the middle, and the rows that it printed."""
    child = subprocess.Popen([CLI, "train", "--csv", *arguments], bufsize=0, stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL, env=dict(os.environ, XDG_DATA_HOME=home))
    header = child.stdout.readline()
    time.sleep(0.2)
    child.send_signal(signal.SIGINT)
    out, _ = child.communicate(timeout=PATIENCE)
    assert child.returncode == 130
    return (header + out).decode().splitlines()


def test_rows(home):
    """Those before the stop and those after it are those of the run, each once; a stop can cut off the evaluation of the
    last row before it, which is made up for in the store."""
    arguments = settings_of("adam", 150000)
    expected = run(home, "train", "--csv", *arguments).splitlines()
    header, *first = stop(home, *arguments)
    assert show(home)["state"] == "stopped" and 0 < len(first) < len(expected)
    again, *second = run(home, "train", "--resume", "last", "--csv").splitlines()
    assert again == header == expected[0]
    seam, rest = first.pop().split(","), expected[1:]
    whole = rest.pop(len(first)).split(",")
    assert seam == whole or seam == whole[:5] + [""] * len(whole[5:]), (seam, whole)
    assert first + second == rest, (len(first), len(second), len(expected))
    file = os.path.join(home, "a.csv")
    run(home, "runs", "export", "last", "-o", file)
    with open(file, encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert len({row["step"] for row in rows}) == len(rows)
    measured = [row["validation_loss"] for row in rows if row["validation_loss"] != ""]
    assert measured == [cells[5] for row in expected[1:] if (cells := row.split(","))[5] != ""]


def test_refused(home):
    arguments = settings_of("adam", 150000)
    run(home, "train", *settings_of("adam", 10))
    _, said = tap.run(CLI, home, "train", "--resume", "last", status=1)
    assert "the state “done”, expected “train” and “interrupted” or “stopped”" in said and "train --replay" in said, said
    table = os.path.join(home, "table.csv")
    with open(table, "w", encoding="utf-8") as lines:
        lines.write("a,b,c\n" + "".join(f"{i % 7},{i % 5},{i % 3}\n" for i in range(300)))
    stop(home, *arguments, "--set", "dataset=file", "--set", f"dataset.path={table}", "--set", "dataset.target=c")
    with open(table, "a", encoding="utf-8") as lines:
        lines.write("1,1,1\n")
    _, said = tap.run(CLI, home, "train", "--resume", "last", status=1)
    assert "document and data: found" in said, said
    assert show(home)["state"] == "stopped"
    for more in (["a.etude"], ["--set", "training.seed=2"], ["--seeds", "2"], ["--no-store"], ["--replay", "last"]):
        _, said = tap.run(CLI, home, "train", "--resume", "last", *more, status=2)
        assert "expected the run alone" in said, said
    _, said = tap.run(CLI, home, "train", "--resume", "77", status=1)
    assert "run “77”" in said, said
    # A replay has none: what it repeats is in another run.
    stop(home, *arguments)
    child = subprocess.Popen([CLI, "train", "--replay", "last", "--csv"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                             env=dict(os.environ, XDG_DATA_HOME=home))
    child.stdout.readline()
    child.kill()
    child.communicate(timeout=PATIENCE)
    _, said = tap.run(CLI, home, "train", "--resume", "last", status=1)
    assert "no checkpoint to go on from" in said and "train --replay" in said, said


if __name__ == "__main__":
    tap.main(globals())
