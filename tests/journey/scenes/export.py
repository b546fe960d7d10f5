# SPDX-License-Identifier: GPL-3.0-or-later
"""Export one run and two, in every format: what is drawn and written can be counted."""
import csv
import io
import re
import struct
from collections import Counter

from person import Person

me = Person(ui)


def curves(svg):
    """How many lines are drawn in each colour; axes and grid are grey."""
    colours = re.findall(r'[";]stroke:rgb\(([^)]*)\)', svg)
    return sorted(Counter(colour for colour in colours if len(set(colour.split(','))) > 1).values())


me.edit('Epochs', '4')
me.read('4 epochs, 88 steps')
me.set_speed('Full speed')
me.train_to_end()
first = me.wait_run(number=1, state='done')

# Each format twice: the same bytes.
files = {}
for kind, start in (('PNG', b'\x89PNG\r\n\x1a\n'), ('SVG', b'<?xml'), ('PDF', b'%PDF-'), ('CSV', b'panel,line,')):
    once, twice = (me.export(kind, f'{number}.{kind.lower()}') for number in (1, 2))
    assert once.startswith(start), (kind, once[:20])
    assert once == twice, kind
    files[kind] = once

# The picture has the size that the dialog says.
assert struct.unpack('>II', files['PNG'][16:24]) == (1440, 900)

# The drawing has its words as text.
svg = files['SVG'].decode()
words = re.findall(r'<text [^>]*>([^<]*)</text>', svg)
for word in ('Moons', 'Loss (cross-entropy)', 'Learning rate', 'Training', 'Validation', 'epoch'):
    assert word in words, (word, words)
assert curves(svg) == [4], 'mini-batches, training, validation, rate'

# The numbers are those of the run.
rows = list(csv.DictReader(io.StringIO(files['CSV'].decode())))
path = me.save_as('moons.etude')
lines = me.train_with_cli(path)
losses = [line['loss'] for line in lines if line['type'] == 'step']
rates = [line['lr'] for line in lines if line['type'] == 'step']
measured = [line['validation_loss'] for line in lines if line['type'] == 'evaluation']
assert len(losses) == 88 and len(measured) == 5
assert [float(row['value']) for row in rows if row['line'] == 'raw'] == losses
assert [float(row['value']) for row in rows if row['line'] == 'Validation'] == measured
assert [float(row['value']) for row in rows if row['panel'] == 'Learning rate' and row['line'] == 'line'] == rates

# With another run laid over it the drawing has both, and says which is which.
me.edit('Learning Rate', '0.01')
me.train_to_end()
me.wait_run(number=2, state='done')
ui.mouse('label', 'Moons 1')
me.read('“Moons 1” shown')
both = me.export('SVG', 'both.svg').decode()
words = re.findall(r'<text [^>]*>([^<]*)</text>', both)
assert 'Moons 1' in words and 'moons 2' in words, words
assert curves(both) == [3, 3], 'mini-batches, validation and rate of each'
