# SPDX-License-Identifier: GPL-3.0-or-later
"""Two runs: lay one over the other, delete it and bring it back, find both after another start."""
from person import Person

me = Person(ui)

me.read('No Runs Yet')
me.set_speed('Full speed')
me.train_to_end()
first = me.wait_run(number=1, state='done')
me.edit('Learning Rate', '0.003')
me.read('The recipe has changed: Train starts a new run')
ui.key('ctrl+Return')
second = me.wait_run(number=2, state='done')
assert first['id'] != second['id'] and second['lr'] == 0.003 < first['lr']
me.read('Moons 1')
me.read('Moons 2')
me.chart('Training falls')

# The first run over the second.
ui.mouse('label', 'Moons 1')
me.read('“Moons 1” shown')
both = me.chart('Moons.*Moons').string
assert both.count(' falls from ') == 2, both
me.ui.click('button', 'Show None')
me.ui.gone('label', '“Moons 1” shown')

# Delete is at once, and Undo brings back the same run.
ui.mouse('label', 'Moons 1')
me.read('“Moons 1” shown')
ui.key('Delete')
ui.gone('label', 'Moons 1')
assert [row['number'] for row in me.store('SELECT number FROM runs WHERE deleted IS NULL')] == [2]
me.press_in_toast('“Moons 1” deleted')
me.read('Moons 1')
assert me.store('SELECT * FROM runs WHERE number = 1')[0] == first

# Both are there after another start, and can be laid over each other.
me.start_again()
me.read('Moons 1')
ui.mouse('label', 'Moons 1')
ui.xdo('keydown', 'ctrl')
ui.mouse('label', 'Moons 2')
ui.xdo('keyup', 'ctrl')
me.read('2 runs shown')
assert me.chart('Moons.*Moons').string.count(' falls from ') == 2
