# SPDX-License-Identifier: GPL-3.0-or-later
"""The rate is moved while it trains: it acts at once, is marked and undone, and the document keeps its own. The
command line makes the same run again."""
import json
import subprocess

from person import Person

me = Person(ui)


def step(number):
    ui.key('F8')
    me.read(rf'Epoch 1 of 30, step {number} of 660, paused')


for number in (1, 2):
    step(number)
me.read('Takes effect now')
ui.key('ctrl+Down')
ui.wait('text box', 'Learning Rate', 'text=0.05')
step(3)
me.read(r'Now 0\.05, × 0\.5 of 0\.1')
ui.key('ctrl+shift+Up')
ui.wait('text box', 'Learning Rate', 'text=0.0505')
step(4)
ui.key('ctrl+z')
ui.wait('text box', 'Learning Rate', 'text=0.05')
step(5)
ui.drag('slider', 'Learning Rate', 0.45, 0.5, 0.7, 0.5)
step(6)
me.chart('rate × [2-9]')

# One undo for the drag, whatever it passed on its way.
ui.key('ctrl+z')
ui.wait('text box', 'Learning Rate', 'text=0.05')
me.set_speed('Full speed')
me.train_to_end()
run = me.wait_run(state='done', lr=0.1)
marks = me.store('SELECT step, kind, factor FROM marks WHERE run = ? ORDER BY position', run['number'])
assert [mark['step'] for mark in marks] == [2, 3, 4, 5, 6], marks
assert [marks[i]['factor'] for i in (0, 2, 4)] == [0.5, 0.5, 0.5], marks
assert abs(marks[1]['factor'] - 0.505) < 1e-12 and marks[3]['factor'] > 1, marks

# The document has its rate, until the last one is taken into it.
ui.wait('text box', 'Learning Rate', 'text=0.1')
me.read(r'Ended at 0\.05')
done = subprocess.run([me.cli, 'train', '--json', '--no-store', '--replay', run['id']], stdout=subprocess.PIPE, text=True)
assert done.returncode == 0, done.returncode
assert json.loads(done.stdout.splitlines()[-1])['weights'] == run['weights']
ui.click('button', 'Keep in Document')
ui.wait('text box', 'Learning Rate', 'text=0.05')
ui.gone('button', 'Keep in Document')
ui.key('ctrl+z')
ui.wait('text box', 'Learning Rate', 'text=0.1')
