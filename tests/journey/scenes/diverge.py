# SPDX-License-Identifier: GPL-3.0-or-later
"""A rate that is far too large: the banner says where, the list keeps it, a third of the rate is one press."""
from person import Person

me = Person(ui)

me.edit('Learning Rate', '1000')
ui.select('Loss', 'Mean Square Error')
me.set_speed('Full speed')
ui.key('ctrl+Return')
at = me.read(r'Diverged at step (\d+) of 660')
run = me.wait_run(state='diverged')
assert run['diverged_at'] == int(at[1]) < 660
me.read(f'Diverged at step {at[1]} at a rate of (1000|1e3).*')
me.read(f'Diverged, step {at[1]}')
ui.wait('button', 'Train Again', 'enabled')
me.wait_off('Step', 'Epoch', 'Stop')

end = me.train_with_cli(me.save_as('diverge.etude'))[-1]
assert (end['outcome'], end['diverged_at']) == ('diverged', run['diverged_at']), end

ui.click('button', 'Try a Third of the Rate')
ui.wait('text box', 'Learning Rate', 'text=330')
me.wait_run(number=2, lr=330.0)

# The edit is one, and undone as any other.
ui.key('ctrl+z')
ui.wait('text box', 'Learning Rate', 'text=1000')
