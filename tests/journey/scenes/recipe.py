# SPDX-License-Identifier: GPL-3.0-or-later
"""Edit the recipe: undo and redo, a refused value, layers that come, move and go."""
import json

from person import Person

me = Person(ui)


def layers():
    """What the document has after an edit, saved and written shortly."""
    ui.wait('window', 'layers, edited – Etude')
    ui.key('ctrl+s')
    ui.wait('window', 'layers – Etude')
    with open(path, encoding='utf-8') as file:
        kinds = json.load(file)['network']['layers']
    return ['{kind} {units}'.format(**{'units': '', **layer}).strip() for layer in kinds]


def layer_menu(number, item):
    """The menu at the end of a layer, counted from 1; the input is not one."""
    buttons = ui.find_all('button', 'Options of *')
    inner = [node for node in buttons if 'Click' in node.actions]
    ui.press(inner[number - 1])
    ui.click('button', item)


# Edits can be undone and redone, one by one.
me.edit('Learning Rate', '3e-2')
me.edit('Samples', '500')
me.read('500 samples, 2 inputs, 2 classes')
me.read('30 epochs, 330 steps')
ui.key('Escape')
ui.click('button', 'Undo')
me.read('1,000 samples, 2 inputs, 2 classes')
assert me.text('Learning Rate') == '0.03'
ui.click('button', 'Undo')
ui.wait('text box', 'Learning Rate', 'text=0.1')
ui.gone('button', 'Reset Learning Rate to 0.1')
ui.click('button', 'Redo')
ui.wait('text box', 'Learning Rate', 'text=0.03')
ui.click('button', 'Redo')
me.read('30 epochs, 330 steps')

# A value out of bounds is refused with the reason, and the last good one is kept.
me.edit('Learning Rate', '-1')
me.read('Must be above 0 and at most 1000; 0.03 is kept')
ui.key('Escape')
ui.wait('text box', 'Learning Rate', 'text=0.03')
ui.wait('button', 'Train', 'enabled')

# A layer comes before the last one, moves up, and goes again.
me.read('162 parameters')
path = me.save_as('layers.etude')
ui.menu('Add Layer', 'Dense')
me.read('1,218 parameters')
assert layers() == ['dense 32', 'tanh', 'dense 32', 'dense auto']
layer_menu(3, 'Move Up')
assert layers() == ['dense 32', 'dense 32', 'tanh', 'dense auto']
layer_menu(2, 'Remove')
me.read('162 parameters')
assert layers() == ['dense 32', 'tanh', 'dense auto']
