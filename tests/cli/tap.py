# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the functions of a script whose names begin with test_, and prints TAP."""
import inspect
import os
import subprocess
import sys
import tempfile


def run(cli, home, *arguments, status=0, locale="C.UTF-8", environment=None, **options):
    """Runs a verb in a home of its own; returns what it printed and what it said."""
    around = dict(os.environ, XDG_DATA_HOME=home, LC_ALL=locale, G_DEBUG="fatal-warnings", **(environment or {}))
    if "SOURCE_DATE_EPOCH" not in (environment or {}):
        around.pop("SOURCE_DATE_EPOCH", None)
    done = subprocess.run([cli, *arguments], capture_output=True, env=around, timeout=120, **options)
    assert done.returncode == status, (arguments, done.returncode, done.stderr.decode())
    return done.stdout.decode(), done.stderr.decode()


def is_sanitized(cli):
    """Such a program asks for more address space than there is, and has a memory of its own."""
    with open(cli, "rb") as program:
        code = program.read()
    return b"__asan_" in code or b"__tsan_" in code


def main(script, set_up=None):
    """A test that has a parameter is given a folder: its own, or the one that set_up has filled."""
    tests = [(name, test) for name, test in script.items() if name.startswith("test_")]
    print(f"1..{len(tests)}")
    failed = 0
    with tempfile.TemporaryDirectory() as shared:
        if set_up is not None:
            set_up(shared)
        for number, (name, test) in enumerate(tests, 1):
            try:
                with tempfile.TemporaryDirectory() as own:
                    folder = [shared if set_up is not None else own] if inspect.signature(test).parameters else []
                    why = test(*folder)
                print(f"ok {number} - {name}" + (f" # SKIP {why}" if why else ""), flush=True)
            except Exception as error:  # each failure is told, and the others still run
                failed += 1
                print(f"not ok {number} - {name}", *repr(error)[:2000].splitlines(), sep="\n# ", flush=True)
    sys.exit(1 if failed else 0)
