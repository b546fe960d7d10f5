# SPDX-License-Identifier: GPL-3.0-or-later
"""The main job without the pointer: choose, train, step, save, export, choose a run, delete and bring back."""
from person import Person

me = Person(ui)


def go_to(role, name, key='Tab', limit=60):
    """Press Tab until the focus is there; an entry has it inside."""
    def has(node):
        return 'focused' in node.states
    for _ in range(limit):
        if any(has(node) or any(has(inside) for inside, _ in node.walk()) for node in ui.find_all(role, name)):
            return
        ui.key(key)
    raise Failure(f'{role} “{name}” cannot be reached with {key}')


# The data set.
go_to('combo box', 'Data')
ui.key('space')
ui.wait('label', 'A circle inside another one')
ui.key('Down', 'Return')
me.read('Circles')
go_to('text box', 'Samples')
ui.key('ctrl+a')
ui.type('400')
me.read('400 samples, 2 inputs, 2 classes')

# Train, pause, step, epoch, resume.
ui.key('ctrl+Return')
me.chart('Training falls from')
ui.key('ctrl+Return')
paused = me.step()
ui.key('F8')
me.read(f'Epoch .*, step {paused + 1} of 270, paused')
ui.key('shift+F8')
end = (paused // 9 + 1) * 9 if (paused + 1) % 9 else paused + 10
me.read(f'Epoch .*, step {end} of 270, paused')
go_to('button', 'Speed', 'shift+Tab')
ui.key('space')
ui.wait('menu item*', 'Full speed')
go_to('menu item*', 'Full speed', 'Down')
ui.key('Return')
me.read('Full speed')
ui.key('ctrl+Return')
me.read('Done at step 270')
run = me.wait_run(state='done')

# Save, export.
path = me.save_as('circles.etude')
assert me.train_with_cli(path)[-1]['weights'] == run['weights']
me.go_to_window()
ui.key('ctrl+e')
go_to('button', 'SVG')
ui.key('space')
go_to('button', 'Export')
ui.key('Return')
me.in_chooser(me.home + '/keys.svg')
me.read('“keys.svg” exported')
with open(me.home + '/keys.svg', 'rb') as file:
    assert file.read().startswith(b'<?xml')

# The list of runs: choose, delete, bring back.
me.go_to_window()
go_to('*', 'Runs kept so far', 'shift+Tab')
ui.key('space')
me.read('“Circles 1” shown')
ui.key('Delete')
me.read('No Runs Yet')
go_to('button', '_Undo Undo')
ui.key('Return')
me.read('Circles 1')
