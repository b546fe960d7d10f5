#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must not lose a run: kill -9, a full disk, a locked store, a home that may only be read.

usage: test-faults.py ETUDE_CLI
"""
import contextlib
import os
import random
import re
import select
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time

CLI = os.path.abspath(sys.argv[1])
LONG = "ETUDE_TEST_LONG" in os.environ
NOBODY = 65534
PATIENCE = 60

# Runs that do not end by themselves while a test looks at them.
KINDS = [
    [],
    ["--seeds", "2", "--threads", "2"],
    ["--set", "training.batch_size=256", "--set", "optimizer=adam"],
    ["--set", "network.layers=[\"dense\"]", "--set", "training.batch_size=1"],
]
ENDLESS = ["--set", "training.epochs=1000000"]


class Skip(Exception):
    pass


def store_of(home):
    return os.path.join(home, "etude", "runs.db")


@contextlib.contextmanager
def opened(home):
    """SQLite itself, as another program."""
    db = sqlite3.connect(store_of(home), isolation_level=None, timeout=PATIENCE)
    try:
        yield db
    finally:
        db.close()


def start(home, *arguments, acknowledge=None, user=None, prefix=()):
    environment = dict(os.environ, XDG_DATA_HOME=home, G_DEBUG="fatal-warnings")
    if acknowledge is not None:
        environment["ETUDE_ACKNOWLEDGE_FD"] = str(acknowledge)
    return subprocess.Popen([*prefix, CLI, "train", *arguments], env=environment, stdin=subprocess.DEVNULL,
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, user=user, group=user,
                            extra_groups=[] if user is not None else None,
                            pass_fds=() if acknowledge is None else (acknowledge,))


def finish(process):
    """Exit status and sentences, without the lines that tell how far it is."""
    _, error = process.communicate(timeout=PATIENCE)
    return process.returncode, [line for line in error.decode().splitlines() if is_sentence(line)]


def is_sentence(line):
    return line.startswith("etude-cli: ") and not re.match(r"etude-cli: seed \d+, epoch", line)


def wait_for(condition, what):
    limit = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < limit, what
        # one turn of a loop that looks at something else than the clock
        select.select([], [], [], 0.01)


def value(home, sql):
    try:
        with opened(home) as db:
            row = db.execute(sql).fetchone()
            return row[0] if row else None
    except sqlite3.OperationalError:
        return None


def points_of(db, number):
    """Steps of all points of the training loss, read from the chunks without the program."""
    series, points = db.execute("SELECT number, points FROM series WHERE run = ? AND name = 'loss'", [number]).fetchone()
    n_points, last = 0, -1
    for (data,) in db.execute("SELECT data FROM chunks WHERE series = ? ORDER BY position", [series]):
        version, flags, zero, count = struct.unpack_from("<BBHI", data)
        assert (version, zero) == (1, 0), data[:8]
        if flags & 2:
            first, stride = struct.unpack_from("<QQ", data, 8)
            firsts = [first + i * stride for i in range(count)]
        else:
            firsts = struct.unpack_from(f"<{count}Q", data, 8)
        counts = [1] * count if flags & 1 else struct.unpack_from(f"<{count}I", data, 8 + (16 if flags & 2 else 8 * count))
        for step, n in zip(firsts, counts):
            # every update has its point, and none has two
            assert step == last + 1, (step, last)
            last = step + n - 1
        n_points += sum(counts)
    assert n_points == points, (n_points, points)
    return points


def read_acknowledged(end):
    """What was written before the other end was closed: for each run the last number."""
    text = b""
    while part := os.read(end, 65536):
        text += part
    lines = text.decode().splitlines(keepends=True)
    return {line.split()[0]: int(line.split()[1]) for line in lines if line.endswith("\n")}


def check_after_kill(home, acknowledged):
    with opened(home) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        for run, steps in acknowledged.items():
            row = db.execute("SELECT number, steps FROM runs WHERE id = ?", [run]).fetchone()
            assert row is not None, f"run {run} is lost"
            assert row[1] >= steps, f"{steps} updates were acknowledged, {row[1]} are there"
            if steps > 0:
                assert points_of(db, row[0]) == row[1], (points_of(db, row[0]), row[1])


def kill_once(home, arguments, delay, at_start):
    """Starts, kills at a moment, and gives what had been acknowledged until then."""
    read_end, write_end = os.pipe()
    process = start(home, *arguments, *ENDLESS, acknowledge=write_end)
    os.close(write_end)
    if not at_start:
        # the first line comes when the run is in the store
        assert select.select([read_end], [], [], PATIENCE)[0]
    limit = time.monotonic() + delay
    while (left := limit - time.monotonic()) > 0:
        select.select([], [], [], left)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    acknowledged = read_acknowledged(read_end)
    os.close(read_end)
    return acknowledged


def test_kill(home):
    """nothing acknowledged is lost by kill -9"""
    rand = random.Random(20260131)
    n, everything, n_lines, n_later = 500 if LONG else 20, {}, 0, 0
    for i in range(n):
        # one in five while it starts, the others while it trains
        at_start = i % 5 == 4
        acknowledged = kill_once(home, KINDS[i % len(KINDS)], rand.uniform(0, 0.2 if at_start else 2.2), at_start)
        everything.update(acknowledged)
        n_lines += len(acknowledged)
        n_later += sum(steps > 0 for steps in acknowledged.values())
        # all of them, for a later start must not harm an earlier run
        check_after_kill(home, everything)
    print(f"# {n} kills, {n_lines} runs acknowledged, {n_later} of them after their first update")
    assert n_later >= n / 4
    # the next start that ends by itself shows those that were cut off
    status, sentences = finish(start(home, "--set", "training.epochs=1"))
    assert (status, sentences) == (0, []), (status, sentences)
    with opened(home) as db:
        states = dict(db.execute("SELECT id, state FROM runs"))
        assert {states.pop(run) for run in everything} == {"interrupted"}
        assert sorted(states.values())[0] == "done"
    left = [name for name in os.listdir(os.path.dirname(store_of(home))) if ".live-" in name]
    assert left == [], left


def test_locked(home):
    """a store that is locked for a while: the run goes on and is stored afterwards"""
    process = start(home, *ENDLESS)
    wait_for(lambda: (value(home, "SELECT steps FROM runs") or 0) > 0, "nothing was stored")
    with opened(home) as db:
        db.execute("BEGIN IMMEDIATE")
        stored = db.execute("SELECT steps FROM runs").fetchone()[0]
        line = b""
        while b"locked the store" not in line:
            line = process.stderr.readline()
            assert line, "the process has ended"
        assert db.execute("SELECT steps FROM runs").fetchone()[0] == stored
        db.execute("COMMIT")
    wait_for(lambda: value(home, "SELECT steps FROM runs") > stored, "nothing more was stored")
    process.send_signal(signal.SIGINT)
    status, sentences = finish(process)
    assert (status, sentences) == (130, []), (status, sentences)
    with opened(home) as db:
        number, steps, state = db.execute("SELECT number, steps, state FROM runs").fetchone()
        assert state == "stopped"
        assert points_of(db, number) == steps


def test_locked_throughout(home):
    """a store that stays locked: one sentence, status 1, and the results all the same"""
    finish(start(home, "--set", "training.epochs=1"))
    with opened(home) as db:
        db.execute("BEGIN IMMEDIATE")
        process = start(home, "--set", "training.epochs=200", "--json", "-o", os.path.join(home, "out"))
        status, sentences = finish(process)
        db.execute("COMMIT")
    assert status == 1 and len(sentences) == 1, (status, sentences)
    assert "runs.db: another program has locked the store" in sentences[0], sentences
    with open(os.path.join(home, "out"), encoding="utf-8") as lines:
        assert '"outcome":"done"' in lines.readlines()[-1].replace(" ", "")


# Runs in a mount namespace of its own; a line of input for each turn, and one of output when it is done.
SMALL_DISK = r"""
mount -t tmpfs -o size=64m none "$1" || exit 77
mkdir "$1/etude"
echo ready
read -r word                     # the run is in the store: fill the disk
dd if=/dev/zero of="$1/filler" bs=4096 2>/dev/null
echo full
read -r word                     # free it again, or not
[ "$word" = free ] && rm "$1/filler"
echo "$word"
read -r word                     # the program has ended
rm -f "$1/filler"
cp -r "$1/etude" "$2"
"""


def small_disk(home, frees):
    """Trains while the disk becomes full; returns status and sentences. The store is copied to HOME."""
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        raise Skip("a file system of its own needs root and unshare")
    disk = os.path.join(home, "disk")
    os.mkdir(disk)
    shell = subprocess.Popen(["unshare", "-m", "sh", "-c", SMALL_DISK, "sh", disk, home],
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    if shell.stdout.readline() != "ready\n":
        shell.communicate()
        raise Skip("no file system can be mounted here")

    def tell(word):
        shell.stdin.write(word + "\n")
        shell.stdin.flush()
        return shell.stdout.readline()

    enter = ["nsenter", "-m", "-t", str(shell.pid)]
    read_end, write_end = os.pipe()
    process = start(disk, *ENDLESS, acknowledge=write_end, prefix=enter)
    os.close(write_end)
    assert select.select([read_end], [], [], PATIENCE)[0]
    assert tell("fill") == "full\n"
    sentence = process.stderr.readline().decode()
    while sentence and not is_sentence(sentence):
        sentence = process.stderr.readline().decode()
    steps = read_last(read_end)
    if frees:
        assert tell("free") == "free\n"
        assert read_last(read_end) > steps
    process.send_signal(signal.SIGTERM if frees else signal.SIGINT)
    status, sentences = finish(process)
    os.close(read_end)
    if not frees:
        tell("keep")
    shell.stdin.write("end\n")
    shell.communicate()
    return status, [sentence.strip(), *sentences], steps


def read_last(end):
    """Waits for what is acknowledged next and returns the last number."""
    assert select.select([end], [], [], PATIENCE)[0], "nothing is acknowledged"
    text = os.read(end, 65536).decode()
    assert text, "the process has ended"
    return int(text.split()[-1])


def test_disk_full(home):
    """a full disk: one sentence, the run goes on in memory, and the store is whole"""
    status, sentences, steps = small_disk(home, frees=False)
    assert status == 130, status
    assert len(sentences) == 1 and "no space is left on the disk" in sentences[0], sentences
    with opened(home) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("SELECT steps FROM runs").fetchone()[0] >= steps


def test_disk_full_and_free(home):
    """space comes back: what fell into the gap is stored"""
    status, sentences, _ = small_disk(home, frees=True)
    assert status == 143, status
    assert len(sentences) == 1 and "no space is left on the disk" in sentences[0], sentences
    with opened(home) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        number, steps, state = db.execute("SELECT number, steps, state FROM runs").fetchone()
        assert state == "stopped"
        assert points_of(db, number) == steps


def test_read_only_home(home):
    """a home that may only be read: one sentence, and status 1"""
    user = None
    if os.geteuid() == 0:
        user = NOBODY
        if not os.access(CLI, os.X_OK) or subprocess.run([CLI, "--version"], user=NOBODY, group=NOBODY, extra_groups=[],
                                                         capture_output=True).returncode != 0:
            raise Skip("another user cannot start the program here")
    os.chmod(home, 0o555)
    status, sentences = finish(start(home, "--set", "training.epochs=2", user=user))
    os.chmod(home, 0o755)
    assert status == 1 and len(sentences) == 1, (status, sentences)
    assert "the folder cannot be made: Permission denied" in sentences[0], sentences
    assert os.listdir(home) == []


def test_damaged(home):
    """a damaged store: one sentence, and the run is kept in a new one"""
    os.mkdir(os.path.dirname(store_of(home)))
    with open(store_of(home), "wb") as file:
        file.write(b"SQLite format 3\0" + bytes(1000))
    status, sentences = finish(start(home, "--set", "training.epochs=1"))
    assert status == 0 and len(sentences) == 1, (status, sentences)
    kept = re.search(r"kept as “(.*)”", sentences[0])[1]
    assert os.path.getsize(kept) == 1016
    assert value(home, "SELECT count(*) FROM runs WHERE state = 'done'") == 1


TESTS = [test_kill, test_locked, test_locked_throughout, test_disk_full, test_disk_full_and_free,
         test_read_only_home, test_damaged]


def main():
    failed = 0
    print(f"1..{len(TESTS)}", flush=True)
    for number, test in enumerate(TESTS, 1):
        # others may look into it, for one test does
        home = tempfile.mkdtemp(prefix="etude-faults-")
        os.chmod(home, 0o755)
        try:
            test(home)
            print(f"ok {number} - {test.__doc__}", flush=True)
        except Skip as reason:
            print(f"ok {number} - {test.__doc__} # SKIP {reason}", flush=True)
        except Exception as error:
            failed += 1
            print(f"# {type(error).__name__}: {error}".replace("\n", "\n# "))
            line = error.__traceback__
            while line.tb_next:
                line = line.tb_next
            print(f"# line {line.tb_lineno}")
            print(f"not ok {number} - {test.__doc__}", flush=True)
        finally:
            shutil.rmtree(home, ignore_errors=True)
    return 1 if failed else 0


sys.exit(main())
