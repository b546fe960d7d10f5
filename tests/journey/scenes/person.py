# SPDX-License-Identifier: GPL-3.0-or-later
"""What scenes share: a person at the window, who reads what it says and compares it with the command line."""
import json
import os
import re
import sqlite3
import subprocess
import time

CHART = 'Loss and learning rate'


class Person:
    """`ui` is the driver of ui-drive.py; everything else is read from the window or from the files it writes."""

    def __init__(self, ui):
        self.ui = ui
        self.home = os.environ['HOME']
        self.cli = os.path.join(os.path.dirname(ui.command[0]), 'etude-cli')

    # ---- reading the window --------------------------------------------------------
    def read(self, pattern, timeout=None):
        """Wait for a label that reads like this; returns the match."""
        def look():
            for node, _ in self.ui.tree().walk():
                found = node.role == 'label' and re.fullmatch(pattern, node.name)
                if found and node.shows():
                    return found
            return None
        return self.ui.until(look, f'a label “{pattern}”', timeout)

    def step(self):
        """The step of the run that is paused, from the run bar."""
        return int(self.read(r'Epoch .*, step ([\d,]+) of .*, paused')[1].replace(',', ''))

    def chart(self, pattern='.*', timeout=None):
        """Wait until the chart says this of itself; returns the match."""
        def look():
            nodes = self.ui.find_all('image', CHART)
            return nodes and re.search(pattern, nodes[0].get('Accessible', 'Description', ''))
        return self.ui.until(look, f'a chart that says “{pattern}”', timeout)

    def wait_off(self, *names):
        """Wait until the buttons of these names are insensitive; what is so cannot be picked, and counts as hidden."""
        def look():
            buttons = [n for n, _ in self.ui.tree().walk() if n.role == 'button' and n.name in names]
            return buttons and not any('sensitive' in n.states for n in buttons)
        self.ui.until(look, f'{names} to be off')

    def text(self, name):
        return self.ui.find('text box', name).text

    # ---- acting --------------------------------------------------------------------
    def go_to_window(self):
        """Openbox, other than a desktop, may leave no window active when two dialogs go away at once."""
        self.ui.xdo('windowactivate', self.ui.window)
        self.ui.wait('window', '* – Etude', 'active')

    def edit(self, name, text):
        """Type into a field of the recipe, which takes it while it is typed."""
        self.ui.text('text box', name, text)

    def set_speed(self, speed):
        self.ui.menu('Speed', speed)
        self.ui.wait('label', speed)

    def train_to_end(self):
        self.ui.key('ctrl+Return')
        self.read(r'Done at step .*', timeout=60)

    def in_chooser(self, path):
        """Answer the dialog that asks where a file is to be."""
        self.ui.find('text box', 'Name:')
        self.ui.key('ctrl+a')
        self.ui.type(path)
        self.ui.key('Return')

    def press_in_toast(self, pattern):
        """Wait for a toast that reads like this, and press its button: it has the name of one in the header bar."""
        self.read(pattern)
        labels = [n for n in self.ui.find_all('label', '*') if re.fullmatch(pattern, n.name)]
        place = labels[-1]
        while not (buttons := [n for n, _ in place.walk() if n.role == 'button']):
            place = place.parent
        buttons[0].do('click')

    def save_as(self, name):
        path = os.path.join(self.home, name)
        self.go_to_window()
        self.ui.key('ctrl+shift+s')
        self.in_chooser(path)
        self.ui.until(lambda: os.path.exists(path), f'the file {path}')
        return path

    def export(self, kind, name):
        """Export the chart; returns the bytes of the file."""
        path = os.path.join(self.home, name)
        self.go_to_window()
        self.ui.key('ctrl+e')
        self.ui.click('button', kind)
        self.ui.click('button', 'Export')
        self.in_chooser(path)
        self.read(f'“{name}” exported')
        with open(path, 'rb') as file:
            return file.read()

    def start_again(self, *arguments):
        self.ui.close()
        self.ui.start(*arguments)

    # ---- what is true ----------------------------------------------------------------
    def store(self, query, *values):
        """Rows of the store, where runs are kept, as dictionaries."""
        path = os.path.join(os.environ['XDG_DATA_HOME'], 'etude', 'runs.db')
        connection = sqlite3.connect(path)
        connection.row_factory = sqlite3.Row
        rows = [dict(row) for row in connection.execute(query, values)]
        connection.close()
        return rows

    def last_run(self):
        return self.store('SELECT * FROM runs WHERE deleted IS NULL ORDER BY number DESC LIMIT 1')[0]

    def wait_run(self, **expected):
        """Wait until the store has these facts of the last run; it is written at most a second late."""
        def look():
            try:
                run = self.last_run()
            except (sqlite3.OperationalError, IndexError):
                return None
            return run if all(run[key] == value for key, value in expected.items()) else None
        return self.ui.until(look, f'a run with {expected} in the store')

    def train_with_cli(self, path):
        """The lines that the command line prints for the same document."""
        done = subprocess.run([self.cli, 'train', '--json', '--no-store', path], stdout=subprocess.PIPE, text=True)
        assert done.returncode in (0, 3), done.returncode        # 3: it has diverged
        return [json.loads(line) for line in done.stdout.splitlines()]


def same_digits(shown, value):
    """Whether a number that is shown with three digits is this value."""
    return f'{float(shown):.2e}' == f'{value:.2e}'


def seconds_of(action):
    """How long something takes."""
    start = time.monotonic()
    action()
    return time.monotonic() - start
