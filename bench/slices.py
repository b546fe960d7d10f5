# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs that measure in turn, slice by slice, so that whatever else the machine does falls on all of them."""
import json
import os
import statistics
import subprocess
import sys


# One thread each. And glibc keeps what is freed: PyTorch, which allocates in every step, is up to six times as fast
# as with fresh pages from the kernel each time.
ENVIRONMENT = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MALLOC_MMAP_THRESHOLD_": str(1 << 30),
               "MALLOC_TRIM_THRESHOLD_": str(1 << 30), "MALLOC_TOP_PAD_": str(64 << 20)}


class Program:
    """A program that measures one slice for each line it gets. What it needs to begin is behind it when this returns."""

    def __init__(self, command, malloc=True, threads=1):
        environment = {name: value for name, value in ENVIRONMENT.items() if malloc or not name.startswith("MALLOC")}
        environment.update({name: str(threads) for name in environment if name.endswith("_NUM_THREADS")})
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        env=dict(os.environ, **environment))
        self.measure()

    def start(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def finish(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit("%s: %s ended without an answer" % (os.path.basename(sys.argv[0]), self.process.args))
        return json.loads(line)

    def measure(self):
        self.start()
        return self.finish()

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Verdicts:
    """Collects what was missed; the exit status of the benchmark."""

    def __init__(self):
        self.missed = []

    def judge(self, name, value, least):
        """The words behind a number, in the table."""
        if least is None:
            return ""
        if value >= least:
            return "wanted %g" % least
        self.missed.append(name)
        return "wanted %g: NOT REACHED" % least

    def is_within(self, name, value, most):
        if value > most:
            self.missed.append(name)
        return value <= most

    def end(self):
        if self.missed:
            print("not reached: " + ", ".join(self.missed), file=sys.stderr)
        sys.exit(1 if self.missed else 0)


def spread(values, digits=1):
    """Median (smallest..largest) as text."""
    return "%.*f (%.*f..%.*f)" % (digits, statistics.median(values), digits, min(values), digits, max(values))


def find_python(module):
    """A Python that has a module: this one, or that of the system."""
    for python in (sys.executable, "/usr/bin/python3"):
        if os.path.exists(python) and subprocess.run([python, "-c", "import " + module], stderr=subprocess.DEVNULL,
                                                     check=False).returncode == 0:
            return python
    return None


def uses_openblas():
    """Whether this process has the fast BLAS; for the peers, after what they import."""
    with open("/proc/self/maps", encoding="ascii", errors="replace") as file:
        return "openblas" in file.read()
