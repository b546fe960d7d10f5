# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever can be pressed or typed into has exactly one name, in the window and in the dialog of export."""
import re

from person import Person

CLASS = re.compile(r'(Gtk|Adw|Etude)[A-Z]\w*$')
ENTRIES = ('text box', 'spin button')                  # what is inside of them has the focus
CONTROLS = ('button', 'switch', 'slider', 'checkbox', 'combo box', 'tree grid', 'menu item', 'image') + ENTRIES

me = Person(ui)


def controls(top):
    return [node for node, _ in ui.tree(top).walk()
            if node.role in ENTRIES or node.role in CONTROLS and 'focusable' in node.states]


def name_problems(nodes):
    """What a screen reader would say nothing of, or say twice; a mnemonic is in a name of GTK 4.8 twice."""
    for node in nodes:
        plain = node.name.replace('_', '')
        half = plain[:len(plain) // 2]
        if not plain or CLASS.match(node.name):
            yield f'no name: {node.role} {node.extents} in “{node.parent.name}”'
        elif '_' not in node.name and half and plain == f'{half} {half}':
            yield f'a name twice: {node.role} “{node.name}”'


me.set_speed('Full speed')
me.train_to_end()
me.read('Moons 1')
found = controls(ui.frame())
assert len(found) > 50, 'the recipe, the charts, the runs and the run bar'
me.go_to_window()
ui.key('ctrl+e')
ui.wait('window', 'Export Chart')
dialog = controls([n for n in ui.tree().children if n.name == 'Export Chart'][0])
assert len(dialog) >= 11, [node.name for node in dialog]
problems = list(name_problems(found + dialog))
assert not problems, '\n'.join(problems)
