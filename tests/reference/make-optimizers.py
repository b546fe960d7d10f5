#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes optimizers.json: thirty updates of a small network by each optimizer of PyTorch, in float64.

usage: make-optimizers.py > optimizers.json        (Debian 12: python3-torch 1.13.1)

NAdam is the foreach code, for the other path of 1.13.1 multiplies mu twice into the product of the next update.
L-BFGS is asked for all samples in each update, as it needs them, and only ten times: it makes differences of rounding
grow, by ten a few updates.
"""
import json
import math

import torch
from torch import nn, optim

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
MASK = 0xFFFFFFFF
SAMPLES, BATCH = 24, 8
seed = 5000

RUNS = [
    ("sgd", optim.SGD, {"lr": 0.1}),
    ("sgd", optim.SGD, {"lr": 0.1, "weight_decay": 0.01}),
    ("sgd", optim.SGD, {"lr": 0.05, "momentum": 0.9}),
    ("sgd", optim.SGD, {"lr": 0.05, "momentum": 0.9, "dampening": 0.5}),
    ("sgd", optim.SGD, {"lr": 0.05, "momentum": 0.9, "weight_decay": 0.01}),
    ("sgd", optim.SGD, {"lr": 0.05, "momentum": 0.9, "nesterov": True}),
    ("adam", optim.Adam, {"lr": 0.02}),
    ("adam", optim.Adam, {"lr": 0.02, "weight_decay": 0.01}),
    ("adam", optim.Adam, {"lr": 0.02, "amsgrad": True}),
    ("adam", optim.Adam, {"lr": 0.02, "beta1": 0.8, "beta2": 0.95, "eps": 1e-4}),
    ("adamw", optim.AdamW, {"lr": 0.02, "weight_decay": 0.01}),
    ("adamw", optim.AdamW, {"lr": 0.02, "weight_decay": 0.3}),
    ("rmsprop", optim.RMSprop, {"lr": 0.01}),
    ("rmsprop", optim.RMSprop, {"lr": 0.005, "alpha": 0.9, "momentum": 0.9}),
    ("rmsprop", optim.RMSprop, {"lr": 0.01, "alpha": 0.9, "centered": True}),
    ("adagrad", optim.Adagrad, {"lr": 0.1}),
    ("adagrad", optim.Adagrad, {"lr": 0.1, "lr_decay": 0.05, "initial_accumulator_value": 0.1}),
    ("adadelta", optim.Adadelta, {"lr": 1.0, "rho": 0.9, "eps": 1e-6}),
    ("adamax", optim.Adamax, {"lr": 0.02}),
    ("nadam", optim.NAdam, {"lr": 0.02, "momentum_decay": 4e-3}),
    ("radam", optim.RAdam, {"lr": 0.02}),
    ("rprop", optim.Rprop, {"lr": 0.01}),
    ("asgd", optim.ASGD, {"lr": 0.05}),
    ("lbfgs", optim.LBFGS, {"lr": 0.5, "max_iter": 3, "history_size": 5}),
    ("lbfgs", optim.LBFGS, {"lr": 1.0, "max_iter": 2, "history_size": 4, "line_search_fn": "strong_wolfe"}),
    ("lbfgs", optim.LBFGS, {"lr": 20.0, "max_iter": 1, "history_size": 3, "line_search_fn": "strong_wolfe"}),
]


def fill(*shape, scale=1.0):
    """Numbers in [-scale, scale)."""
    global seed
    seed += 1
    values = []
    for i in range(math.prod(shape)):
        h = ((i + 1) * 2654435761 + seed * 2654435769) & MASK
        h ^= h >> 16
        h = h * 2246822507 & MASK
        h ^= h >> 13
        h = h * 3266489909 & MASK
        h ^= h >> 16
        values.append((h / 4294967296.0 * 2.0 - 1.0) * scale)
    return torch.tensor(values).reshape(shape)


def flat(tensors):
    return [value for tensor in tensors for value in tensor.detach().reshape(-1).tolist()]


def train(kind, make, settings, inputs, targets, start):
    network = nn.Sequential(nn.Linear(3, 5), nn.Tanh(), nn.Linear(5, 2))
    for parameter, values in zip(network.parameters(), start):
        parameter.data.copy_(values)
    options = {key: value for key, value in settings.items() if not key.startswith("beta")}
    if "beta1" in settings:
        options["betas"] = (settings["beta1"], settings["beta2"])
    if kind != "lbfgs":
        options["foreach"] = kind == "nadam"
    optimizer = make(network.parameters(), **options)
    losses = []
    for step in range(10 if kind == "lbfgs" else 30):
        first, n = (0, SAMPLES) if kind == "lbfgs" else (step * BATCH % SAMPLES, BATCH)

        def closure():
            optimizer.zero_grad()
            loss = nn.functional.mse_loss(network(inputs[first:first + n]), targets[first:first + n])
            loss.backward()
            return loss

        losses.append(float(optimizer.step(closure)))
    words = " ".join(f"{key}={value if isinstance(value, str) else json.dumps(value)}" for key, value in settings.items())
    return {"kind": kind, "settings": words, "batch": n, "losses": losses, "parameters": flat(network.parameters())}


if __name__ == "__main__":
    inputs, targets = fill(SAMPLES, 3), fill(SAMPLES, 2)
    start = [fill(5, 3, scale=0.6), fill(5, scale=0.1), fill(2, 5, scale=0.6), fill(2, scale=0.1)]
    print(json.dumps({"torch": torch.__version__, "inputs": flat([inputs]), "targets": flat([targets]), "parameters": flat(start),
                      "runs": [train(*run, inputs, targets, start) for run in RUNS]}, separators=(",", ":")))
