# SPDX-License-Identifier: GPL-3.0-or-later
"""The program is killed in the middle of a run: the next start shows it as interrupted, with its curve."""
from person import Person

me = Person(ui)

ui.key('ctrl+Return')
me.chart('Training falls from')
stored = me.ui.until(lambda: me.store('SELECT steps FROM runs WHERE steps >= 100'), 'a run that has been stored')
ui.kill()
assert me.last_run()['state'] == 'running'

ui.start()
outcome = me.read(r'Interrupted at (\d+) %')
run = me.wait_run(number=1, state='interrupted')
assert stored[0]['steps'] <= run['steps'] < 660
assert int(outcome[1]) == run['steps'] * 100 // 660, (outcome[0], run['steps'])
ui.mouse('label', 'Moons 1')
me.chart('Validation falls from')

# It can be trained again, and that is another run.
me.set_speed('Full speed')
me.train_to_end()
me.wait_run(number=2, state='done')
assert me.store('SELECT state, steps FROM runs WHERE number = 1')[0] == {'state': 'interrupted', 'steps': run['steps']}
