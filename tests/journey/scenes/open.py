# SPDX-License-Identifier: GPL-3.0-or-later
"""Save, open again, and open what cannot be opened: what was there stays."""
import os

from person import Person

me = Person(ui)

me.edit('Learning Rate', '0,03')
me.edit('Epochs', '2')
me.read('2 epochs, 44 steps')
path = me.save_as('mine.etude')
ui.wait('window', 'mine – Etude')

# Edits after that are marked, and Ctrl+S saves them without a question.
me.edit('Epochs', '3')
ui.wait('window', 'mine, edited – Etude')
ui.key('ctrl+s')
ui.wait('window', 'mine – Etude')
with open(path, encoding='utf-8') as file:
    saved = file.read()

# A second start with the file.
me.start_again(path)
ui.wait('window', 'mine – Etude')
me.read('3 epochs, 66 steps')
assert me.text('Learning Rate') == '0.03'

# A file that is none: a message that names it, and nothing has changed.
bad = os.path.join(me.home, 'bad.etude')
with open(bad, 'w', encoding='utf-8') as file:
    file.write('{ "etude": 1, "optimiser": {} }')
ui.key('ctrl+o')
ui.wait('*', 'Open Experiment')
ui.key('ctrl+l')
ui.type(bad)
ui.key('Return')
me.read('Could Not Open Experiment')
me.read('.*bad.etude.*optimiser.*')
ui.key('Escape')
ui.gone('label', 'Could Not Open Experiment')
ui.wait('window', 'mine – Etude')
assert me.text('Learning Rate') == '0.03'
with open(path, encoding='utf-8') as file:
    assert file.read() == saved

# What is given at the start and cannot be opened is told, too.
me.start_again(os.path.join(me.home, 'none.etude'))
me.read('.*none.etude.*')
ui.key('Escape')
ui.gone('label', 'Could Not Open Experiment')
ui.wait('window', 'mine – Etude')
