# SPDX-License-Identifier: GPL-3.0-or-later
"""Train another data set, by steps and at full speed: what comes out is what the command line computes."""
from person import Person, same_digits, seconds_of

me = Person(ui)

# It opens with an experiment that is ready.
me.read('30 epochs, 660 steps')
ui.wait('button', 'Train', 'sensitive')
me.chart('^Planned learning rate falls from 0.100 to ')

ui.select('Data', 'Circles')
me.read(r'1,000 samples, 2 inputs, 2 classes')
ui.key('ctrl+Return')
assert seconds_of(lambda: me.chart('Training falls from', timeout=2)) < 2
ui.wait('button', 'Pause')

# Each step is one update.
ui.key('ctrl+Return')
paused = me.step()
assert 0 < paused < 660, paused
for i in range(1, 4):
    ui.key('F8')
    me.read(f'Epoch .*, step {paused + i} of 660, paused')
epoch_end = ((paused + 3) // 22 + 1) * 22
ui.click('button', 'Epoch')
me.read(f'Epoch {epoch_end // 22} of 30, step {epoch_end} of 660, paused')

# The rest at full speed.
me.set_speed('Full speed')
ui.key('ctrl+Return')
me.read('Done at step 660')
best = me.read(r'Best ([\d.e−-]+) at step (\d+)')
falls = me.chart(r'Training falls from \S+ to (\S+) between 0 and 30.0 epoch. Validation falls from \S+ to (\S+) between 0 and 30.0')
run = me.wait_run(state='done')

# The command line computes the same bits from the file.
path = me.save_as('circles.etude')
end = me.train_with_cli(path)[-1]
assert same_digits(best[1], end['best']['validation_loss']) and int(best[2]) == end['best']['step'], (best[0], end)
assert same_digits(falls[2], end['validation_loss']), (falls[0], end)
for column in ('weights', 'loss', 'train_loss', 'validation_loss', 'steps'):
    assert run[column] == end[column], (column, run[column], end[column])
assert run['best_validation_loss'] == end['best']['validation_loss']
