# SPDX-License-Identifier: GPL-3.0-or-later
"""What is measured beside the peers, and the ratios that are demanded.

Data are random numbers of the size of the real ones: the speed of a step does not depend on them.
"""
from collections import namedtuple

# Least ratios; None where nothing is demanded of a peer, or it cannot train this network.
Row = namedtuple("Row", "name network activation samples batch torch aim sklearn fann")

ROWS = [
    Row("tiny-10", "2-8-8-1", "tanh", 500, 10, 120, 400, 50, 3),
    Row("tiny-32", "2-8-8-1", "tanh", 500, 32, 60, 180, 25, 3),
    Row("iris", "4-16-3", "relu", 150, 32, 75, 180, 35, 5),
    Row("digits", "64-64-10", "relu", 1797, 32, 12, 30, 7, 12),
    Row("mnist128", "784-128-10", "relu", 10000, 32, 2.0, 3.0, 1.8, None),
    Row("mnist512-32", "784-512-256-10", "relu", 10000, 32, 1.4, 1.9, 1.6, None),
    Row("mnist512-128", "784-512-256-10", "relu", 10000, 128, 1.15, 1.4, 1.25, None),
    Row("cnn", "cnn", "relu", 10000, 64, 1.5, 2.1, None, None),
]
OPTIMIZERS = ["momentum", "adam"]

# Least share of the peak of fused multiply-adds, by row and for both optimizers.
LEAST_SHARES = {"mnist512-128": 0.75}

# Two threads: least ratio to PyTorch with two, and the aim; and to one thread while a competitor keeps a processor busy.
TwoThreads = namedtuple("TwoThreads", "name torch aim busy")

TWO_THREADS = [TwoThreads("mnist512-128", 1.2, 1.6, 0.7), TwoThreads("cnn", 1.3, 2.0, 0.7)]

# The convolutional network: 3x3x16, ReLU, max pooling, 3x3x32, ReLU, max pooling, 10 outputs, on images of 28x28.
CONVOLUTIONS = [(28 * 28, 9, 16), (14 * 14, 9 * 16, 32)]
CNN_DENSE = (7 * 7 * 32, 10)


def sizes(row):
    return [int(n) for n in row.network.split("-")]


def flops(row):
    """Multiplications and additions of one sample in a step; the first layer has no gradient by its inputs."""
    if row.network == "cnn":
        layers = [n * depth * channels for n, depth, channels in CONVOLUTIONS] + [CNN_DENSE[0] * CNN_DENSE[1]]
    else:
        layers = [a * b for a, b in zip(sizes(row), sizes(row)[1:])]
    return 2 * (3 * sum(layers) - layers[0])


def options(row, optimizer, seconds):
    """The arguments that Etude's program and all peers take."""
    return [row.network, "--activation", row.activation, "--samples", str(row.samples), "--batch", str(row.batch),
            "--optimizer", optimizer, "--seconds", str(seconds)]
