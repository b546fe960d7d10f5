#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes metrics.json: what scikit-learn says of classes that a network found.

usage: make-metrics.py > metrics.json        (Debian 12: python3-sklearn 1.2.1)
"""
import json
import random
import warnings

import numpy
from sklearn import metrics

warnings.simplefilter("ignore")


def case(n, n_classes, n_outputs, step, labels):
    """Outputs are multiples of step, so that a large one gives equals; labels are weights of the classes."""
    rng = random.Random(n * 100 + n_classes * 10 + n_outputs)
    y = numpy.array(rng.choices(range(n_classes), labels, k=n))
    z = numpy.array([[round((rng.gauss(0, 1) + (c == y[i] if n_outputs > 1 else y[i] - 0.5)) / step) * step
                      for c in range(n_outputs)] for i in range(n)])
    found = z.argmax(1) if n_outputs > 1 else (z[:, 0] > 0).astype(int)
    if n_classes == 2:
        area = metrics.roc_auc_score(y, z[:, 1] - z[:, 0] if n_outputs == 2 else z[:, 0])
        f1 = metrics.f1_score(y, found)
    else:
        share = numpy.exp(z) / numpy.exp(z).sum(1, keepdims=True)
        area = numpy.mean([metrics.roc_auc_score(y == c, share[:, c]) for c in range(n_classes) if 0 < (y == c).sum() < n])
        f1 = metrics.f1_score(y, found, average="macro")
    return {"n_classes": n_classes, "n_outputs": n_outputs, "outputs": z.reshape(-1).tolist(), "labels": y.tolist(),
            "accuracy": metrics.accuracy_score(y, found), "balanced_accuracy": metrics.balanced_accuracy_score(y, found),
            "f1": f1, "auc": area}


if __name__ == "__main__":
    print(json.dumps([
        case(40, 2, 1, 2.0 ** -12, [1, 1]), case(40, 2, 1, 0.5, [1, 1]), case(60, 2, 2, 2.0 ** -12, [1, 5]),
        case(60, 2, 2, 0.5, [5, 1]), case(50, 3, 3, 2.0 ** -12, [1, 1, 1]), case(80, 5, 5, 2.0 ** -12, [8, 4, 2, 1, 0]),
        case(7, 6, 6, 2.0 ** -12, [1, 1, 1, 1, 1, 1]),
    ], separators=(",", ":")))
