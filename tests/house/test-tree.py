#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for the tree as a whole: layers, licences, texts, no traces of one machine.

  test-tree.py [TREE]

Prints TAP; each finding is a line `# FILE:LINE: what is wrong`.
"""
import os
import re
import sys

TREE = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(__file__), '../..'))

# Which layers a layer may include, besides itself.
LEAVES = {'dataset', 'network', 'optim'}
EXPERIMENT = {'base'} | LEAVES
TRAINING = EXPERIMENT | {'experiment'}
STORE = TRAINING | {'training'}
EDGES = {
    'base': set(),
    'dataset': {'base'},
    'network': {'base'},
    'optim': {'base'},
    'experiment': EXPERIMENT,
    'training': TRAINING,
    'store': STORE,
    'chart': {'base'},
    'app': STORE | {'store', 'chart'},
    'cli': STORE | {'store', 'chart'},
}
PLOT = STORE                     # chart/plot-*.c make the figure of a result and know the training layer

INCLUDE = re.compile(r'\s*#\s*include\s+(["<])([^">]+)[">]')
WINDOW_HEADER = re.compile(r'(gtk|gdk|gsk)/|adwaita\.h$')


def files(*folders, ends=('.c', '.h')):
    """Paths of the tree's files, relative to it; build folders are not the tree."""
    found = []
    for folder in folders:
        for top, names, leaves in os.walk(os.path.join(TREE, folder)):
            names[:] = [n for n in names if not (n.startswith('build') and n != 'build-aux')
                        and n not in ('.git', '__pycache__', 'look')]
            found += [os.path.relpath(os.path.join(top, n), TREE) for n in leaves
                      if n.endswith(ends) and n != '.git' and os.path.isfile(os.path.join(top, n))]
    return sorted(found)


def text(path):
    with open(os.path.join(TREE, path), encoding='utf-8', errors='replace') as source:
        return source.read()


def lines(path):
    return enumerate(text(path).splitlines(), 1)


def includes(path):
    """Line, quote or angle, and name of each include."""
    for number, line in lines(path):
        if match := INCLUDE.match(line):
            yield number, match[1], match[2]


def layer_of(path):
    return path.split('/')[1]


def test_layers():
    """a layer includes only those below it"""
    for path in files('src'):
        layer = layer_of(path)
        if layer not in EDGES:
            yield f'{path}:1: “{layer}” is no layer'
            continue
        allowed = EDGES[layer] | {layer}
        if layer == 'chart' and os.path.basename(path).startswith('plot-'):
            allowed = allowed | PLOT
        for number, quote, name in includes(path):
            other = name.split('/')[0]
            if quote == '"' and '/' in name and other not in allowed:
                yield f'{path}:{number}: {layer} may not include “{name}”'
            elif quote == '"' and os.path.exists(os.path.join(TREE, os.path.dirname(path), name)):
                yield f'{path}:{number}: “{name}” is included without its layer'


def test_private():
    """a private header is included by its own folder and its tests alone"""
    for path in files('src', 'tests', 'bench'):
        for number, quote, name in includes(path):
            if quote == '"' and name.endswith('-private.h') and layer_of(path) != name.split('/')[0]:
                yield f'{path}:{number}: “{name}” is private to its folder'


def test_window_below_app():
    """no layer below the window includes GTK"""
    for path in files('src'):
        for number, _, name in includes(path):
            if layer_of(path) != 'app' and WINDOW_HEADER.match(name):
                yield f'{path}:{number}: <{name}> belongs to app alone'


def test_licence():
    """every source names its licence in its first lines"""
    sources = files('src', 'tests', 'bench', 'ui', 'data',
                    ends=('.c', '.h', '.py', '.sh', '.ui', '.css', '.svg', '.xml', '.in'))
    scripts = ['dev', '.ci/run'] + files('build-aux', ends=('',))
    for path in sources + scripts:
        if path.startswith('tests/') and '/reference/' in path:
            continue
        head = '\n'.join(text(path).splitlines()[:3])
        if 'SPDX-License-Identifier: ' not in head:
            yield f'{path}:1: no SPDX line'


def test_machine():
    """no file names a folder or a word of one machine"""
    pattern = re.compile(r'(?<![\w.}])/(work|root|home)/|/tmp/' + r'w\b|bash_' + r'jobs|sub' + r'agent')
    for path in files('.', ends=('',)):
        if path.endswith(('.png', '.gmo', '.gz', '.npy', '.npz')) or path == 'tests/house/test-tree.py':
            continue
        for number, line in lines(path):
            if match := pattern.search(line):
                yield f'{path}:{number}: “{match[0]}”'


def test_unfinished():
    """nothing is marked as left open"""
    for path in files('src', 'ui', 'data', 'bench', ends=('',)):
        for number, line in lines(path):
            if match := re.search(r'\b(TODO|FIXME|XXX|HACK)\b', line):
                yield f'{path}:{number}: {match[0]}'


def test_formats():
    """a text to translate holds no macro of GLib, at which xgettext would cut it off: %zu and PRIu64 it knows"""
    call = re.compile(r'(?<!\w)(?:N?_|N?C_|g_dngettext|ngettext) ?\((?:[^()"]|"(?:[^"\\]|\\.)*")*?'
                      r'\b(G_G(?:SIZE|SSIZE|INT\d+|UINT\d+|OFFSET)_FORMAT)\b')
    for path in files('src'):
        source = text(path)
        for match in call.finditer(source):
            yield f'{path}:{source.count(chr(10), 0, match.start(1)) + 1}: {match[1]}'


def test_identity():
    """the program has one id"""
    pattern = re.compile(r'\borg[./](?:etude|gnome)[./]\w+', re.IGNORECASE)
    for path in files('src', 'ui', 'data', ends=('',)):
        for number, line in lines(path):
            for match in pattern.finditer(line):
                if match[0].replace('/', '.') != 'org.etude.Etude':
                    yield f'{path}:{number}: “{match[0]}”'


def test_settings():
    """each setting is used"""
    sources = ''.join(text(path) for path in files('src/app'))
    schema = 'data/org.etude.Etude.gschema.xml'
    for key in re.findall(r'<key name="([^"]+)"', text(schema)):
        if f'"{key}"' not in sources:
            yield f'{schema}: nothing in src/app names “{key}”'


def main():
    tests = [(name, test) for name, test in globals().items() if name.startswith('test_')]
    failed = 0
    print(f'1..{len(tests)}')
    for number, (name, test) in enumerate(tests, 1):
        found = list(test())
        for finding in found:
            print(f'# {finding}')
        print(f'{"not ok" if found else "ok"} {number} {name[5:]}: {test.__doc__}')
        failed += bool(found)
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
