# SPDX-License-Identifier: GPL-3.0-or-later
"""Every kind of layer that the catalogue has is added by hand, its first number edited; what is trained then is what
the command line computes."""
import json
import subprocess

from person import Person

me = Person(ui)
NUMBERS = ('integer', 'real', 'extent')


def cli(*arguments):
    return subprocess.run([me.cli, *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def read_document(path):
    with open(path, encoding='utf-8') as file:
        return json.load(file)


def fits(*kinds):
    """Whether these layers can follow each other, from an image to the classes."""
    document = read_document(base)
    document['network']['layers'] = [{'kind': kind} for kind in (*kinds, 'dense')]
    path = me.home + '/trial.etude'
    with open(path, 'w', encoding='utf-8') as file:
        json.dump(document, file)
    return cli('train', '--json', '--no-store', path).returncode == 0


def stack(kinds):
    """Lists of layers with each kind in one of them: first what an image comes out of. What ends it needs one, so that
    all but one of those get a list of their own."""
    keeping = [kind for kind in kinds if fits(kind['id'], 'global_avg_pool2d')]
    others = [kind for kind in kinds if kind not in keeping]
    ending = [kind for kind in others if not fits('flatten', kind['id'])]
    return [keeping + ending[:1] + [kind for kind in others if kind not in ending]] + [[kind] for kind in ending[1:]]


def number_of(kind):
    """Its first number that not all kinds have, and another value than the default; or None twice."""
    own = [param for param in kind['params'] if param['key'] not in common and param['type'] in NUMBERS]
    if not own:
        return None, None
    value = own[0]['default']
    if value == 'auto':
        return own[0], 24
    return own[0], value / 2 if own[0]['type'] == 'real' else value - 1 if value > 1 else value + 1


def open_menu(role, button, item):
    """With the pointer; again where the page has moved away under it."""
    for patience in 1, 2, None:
        ui.press(ui.find('button', button, 'sensitive'))
        try:
            ui.find(role, item, 'sensitive', timeout=patience)
            return
        except Failure:
            if patience is None:
                raise


def add(kind):
    """The new row has the keyboard, and its entry comes next."""
    open_menu('menu item', 'Add Layer', kind['label'])
    ui.click('menu item', kind['label'])
    ui.wait('list item', kind['label'], 'focused')
    param, value = number_of(kind)
    if param is None:
        return
    ui.key('Tab')
    if param['type'] == 'extent':                        # among its options, with the others
        ui.key('space')
        ui.press(ui.find('text box', param['label']), 0.2)
    ui.key('ctrl+a')
    ui.type(str(value))
    if param['type'] == 'extent':
        ui.key('Escape')


def check_document(path, kinds):
    layers = read_document(path)['network']['layers']
    assert [layer['kind'] for layer in layers] == [kind['id'] for kind in kinds] + ['dense'], layers
    for kind, layer in zip(kinds, layers):
        param, value = number_of(kind)
        assert param is None or layer[param['key']] == value, layer


def check_run(path):
    run = me.wait_run(state='done')
    end = me.train_with_cli(path)[-1]
    assert run['steps'] == end['steps'] == 3, run['steps']
    for column in ('weights', 'loss', 'train_loss', 'validation_loss'):
        assert run[column] is not None and run[column] == end[column], (column, run[column], end[column])


layer = next(group for group in json.loads(cli('catalogue', '--json').stdout)['groups'] if group['id'] == 'layer')
common = set.intersection(*({param['key'] for param in kind['params']} for kind in layer['kinds']))
assert len(layer['kinds']) > 20 and 'frozen' in common
ui.select('Data', 'Digits')
me.edit('Steps', '3')
me.set_speed('Full speed')
base = me.save_as('kinds.etude')
document = read_document(base)
document['network']['layers'] = [{'kind': 'dense'}]
stacks = stack(layer['kinds'])
assert sum(map(len, stacks)) == len(layer['kinds'])
for number, kinds in enumerate(stacks, 1):
    path = f'{me.home}/kinds{number}.etude'
    with open(path, 'w', encoding='utf-8') as file:
        json.dump(document, file)
    me.start_again(path)
    for kind in kinds:
        add(kind)
    me.read('[0-9,]+ parameters')
    me.go_to_window()
    ui.key('ctrl+s')
    ui.wait('window', f'kinds{number} – Etude')
    check_document(path, kinds)
    me.set_speed('Full speed')
    me.train_to_end()
    check_run(path)
