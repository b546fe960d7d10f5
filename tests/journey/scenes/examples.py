# SPDX-License-Identifier: GPL-3.0-or-later
"""Open an example by the pointer, and train it by the keys."""
from person import Person

me = Person(ui)

ui.wait('button', 'Train', 'sensitive')
ui.mouse('button', 'Document')
ui.mouse('menu item*', 'Examples')
ui.mouse('menu item*', 'Digits')
me.read('20 epochs, 800 steps')
ui.wait('group', 'Digits')
ui.wait('button', 'Document', 'focused')
me.set_speed('Full speed')
ui.key('ctrl+Return')
me.read('Done at step 800')

# The words go by Escape, wherever the focus is.
ui.key('Escape')
ui.gone('group', 'Digits')
