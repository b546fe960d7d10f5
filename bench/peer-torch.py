#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Training speed of PyTorch, for train.py (Debian 12: python3-torch 1.13.1).

usage: peer-torch.py NETWORK [--activation relu] [--samples 1000] [--batch 32] [--optimizer sgd|momentum|adam]
                     [--threads 1] [--seconds 0.3] [--mode best|eager|foreach|jit|jitforeach|channels_last]

A step is a whole training step: gather of a random mini-batch by index, forward, loss, zero_grad, backward, optimizer
step. Nothing is skipped; the loss is not read. NETWORK: sizes such as 784-128-10, one output meaning two classes, or cnn.

Mode best tries every mode for 0.3 s and measures with the fastest, so that the comparison is with PyTorch's best.
Debian's PyTorch calls sgemm of libblas.so.3 (libopenblas0-pthread; the reference BLAS is far slower).

For each line on standard input a slice of --seconds is measured and answered with a line of JSON.
"""
import argparse
import json
import os
import sys
import time

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("network")
parser.add_argument("--activation", choices=["relu", "tanh"], default="relu")
parser.add_argument("--samples", type=int, default=1000)
parser.add_argument("--batch", type=int, default=32)
parser.add_argument("--optimizer", choices=["sgd", "momentum", "adam"], default="momentum")
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--seconds", type=float, default=0.3)
parser.add_argument("--mode", default="best", choices=["best", "eager", "foreach", "jit", "jitforeach", "channels_last"])
arguments = parser.parse_args()
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS"):
    os.environ[variable] = str(arguments.threads)
import torch  # after the numbers of threads
from torch import nn

from slices import uses_openblas

torch.set_num_threads(arguments.threads)
torch.set_flush_denormal(True)  # as Etude's training threads do
torch.manual_seed(1)
IS_CNN = arguments.network == "cnn"
SIZES = [784, 10] if IS_CNN else [int(n) for n in arguments.network.split("-")]
IS_BINARY = SIZES[-1] == 1


def make_model():
    if IS_CNN:
        return nn.Sequential(
            nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(1568, 10))
    layers = []
    for n_inputs, n_outputs in zip(SIZES, SIZES[1:]):
        layers += [nn.Linear(n_inputs, n_outputs), nn.Tanh() if arguments.activation == "tanh" else nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def make_data():
    inputs = torch.randn(arguments.samples, SIZES[0])
    labels = torch.randint(0, max(SIZES[-1], 2), (arguments.samples,))
    return (inputs.view(-1, 1, 28, 28) if IS_CNN else inputs, labels.float().view(-1, 1) if IS_BINARY else labels)


class WithLoss(nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model
        self.loss = nn.BCEWithLogitsLoss() if IS_BINARY else nn.CrossEntropyLoss()

    def forward(self, inputs, labels):
        return self.loss(self.model(inputs), labels)


def make_optimizer(model, mode):
    foreach = True if "foreach" in mode else None
    if arguments.optimizer == "adam":
        return torch.optim.Adam(model.parameters(), lr=1e-3, foreach=foreach)
    return torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9 if arguments.optimizer == "momentum" else 0.0,
                           foreach=foreach)


def steps(mode, inputs, labels):
    """An endless iterator over training steps."""
    batch, n = min(arguments.batch, len(inputs)), len(inputs)
    model = make_model()
    if mode == "channels_last":
        model = model.to(memory_format=torch.channels_last)
        inputs = inputs.contiguous(memory_format=torch.channels_last)
    optimizer = make_optimizer(model, mode)
    with_loss = WithLoss(model)
    if mode.startswith("jit"):
        with_loss = torch.jit.trace(with_loss, (inputs[:batch], labels[:batch]))
    while True:
        order = torch.randperm(n)
        for first in range(0, n - batch + 1, batch):
            rows = order[first:first + batch]
            loss = with_loss(inputs[rows], labels[rows])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            yield loss


def measure(iterator, seconds):
    """Samples a second; the clock is read every 10 ms or so."""
    n, chunk, start = 0, 1, time.perf_counter()
    while time.perf_counter() - start < seconds:
        begin = time.perf_counter()
        for _ in range(chunk):
            next(iterator)
        n += chunk
        if time.perf_counter() - begin < 0.01:
            chunk *= 2
    return n * min(arguments.batch, arguments.samples) / (time.perf_counter() - start)


def find_best(data):
    speeds = {}
    for mode in ["eager", "foreach", "jit", "jitforeach"] + (["channels_last"] if IS_CNN else []):
        iterator = steps(mode, *data)
        measure(iterator, 0.15)
        speeds[mode] = measure(iterator, 0.3)
    return max(speeds, key=speeds.get)


def main():
    data = make_data()
    mode = find_best(data) if arguments.mode == "best" else arguments.mode
    iterator = steps(mode, *data)
    measure(iterator, 0.1)
    for _ in sys.stdin:
        speed = measure(iterator, arguments.seconds)
        print(json.dumps({"program": "torch", "version": torch.__version__, "mode": mode, "samples_per_s": speed,
                          "openblas": uses_openblas()}),
              flush=True)


main()
