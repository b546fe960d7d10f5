#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Training speed of scikit-learn's MLPClassifier, for train.py (Debian 12: python3-sklearn 1.2.1).

usage: peer-sklearn.py NETWORK [--activation relu] [--samples 1000] [--batch 32] [--optimizer sgd|momentum|adam]
                       [--seconds 0.3]

NETWORK: sizes such as 784-128-10, one output meaning two classes. Inputs are float32, which it keeps; there is no
weight decay. For each line on standard input one fit() of about --seconds, at least an epoch, is measured and
answered with a line of JSON.
"""
import argparse
import json
import os
import sys
import time
import warnings

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("network")
parser.add_argument("--activation", choices=["relu", "tanh"], default="relu")
parser.add_argument("--samples", type=int, default=1000)
parser.add_argument("--batch", type=int, default=32)
parser.add_argument("--optimizer", choices=["sgd", "momentum", "adam"], default="momentum")
parser.add_argument("--seconds", type=float, default=0.3)
arguments = parser.parse_args()
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS"):
    os.environ[variable] = "1"
import numpy as np  # after the numbers of threads
import sklearn
from sklearn.neural_network import MLPClassifier

from slices import uses_openblas

warnings.filterwarnings("ignore")
SIZES = [int(n) for n in arguments.network.split("-")]
IS_ADAM = arguments.optimizer == "adam"
rng = np.random.default_rng(1)
inputs = rng.standard_normal((arguments.samples, SIZES[0]), dtype=np.float32)
labels = np.arange(arguments.samples) % max(SIZES[-1], 2)


def fit(epochs):
    """Seconds for as many epochs."""
    model = MLPClassifier(tuple(SIZES[1:-1]), activation=arguments.activation, alpha=0.0,
                          solver="adam" if IS_ADAM else "sgd", batch_size=min(arguments.batch, arguments.samples),
                          learning_rate_init=1e-3 if IS_ADAM else 0.01,
                          momentum=0.9 if arguments.optimizer == "momentum" else 0.0, nesterovs_momentum=False,
                          max_iter=epochs, tol=0.0, n_iter_no_change=10**9, random_state=1)
    start = time.perf_counter()
    model.fit(inputs, labels)
    return time.perf_counter() - start


def main():
    epochs = 1
    fit(epochs)
    while True:
        seconds = fit(epochs)
        if seconds > 0.7 * arguments.seconds:
            break
        epochs = max(epochs + 1, int(epochs * min(10, arguments.seconds / seconds)))
    for _ in sys.stdin:
        speed = arguments.samples * epochs / fit(epochs)
        print(json.dumps({"program": "sklearn", "version": sklearn.__version__, "samples_per_s": speed,
                          "openblas": uses_openblas()}), flush=True)


main()
