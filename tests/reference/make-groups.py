#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes groups.json: 30 updates with parameter groups and a frozen layer, in PyTorch and double.

usage: make-groups.py > groups.json        (Debian 12: python3-torch 1.13.1)

Four dense layers with tanh between them and the mean square error. Each layer is a group: its factor of the
rate, its weight decay (null: the optimizer's) and whether it is frozen are in "layers". "rate" is the mean over
all weights that learn of what their mean gradient is multiplied by, from PyTorch's state.
"""
import json
import math
import sys

import torch
from torch import nn, optim

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
SIZES = [3, 5, 6, 5, 2]
LAYERS = [{"lr_scale": 0.5, "weight_decay": 0.1, "frozen": False}, {"lr_scale": 3, "weight_decay": 0.5, "frozen": True},
          {"lr_scale": 1, "weight_decay": None, "frozen": False}, {"lr_scale": 2, "weight_decay": 0, "frozen": False}]
N, STEPS = 8, 30


def scaled(state, group, lr, root):
    return lr / (root.sqrt() + group["eps"])


def adam_rate(s, g):
    b1, b2 = g["betas"]
    t = float(s["step"])
    v = s["max_exp_avg_sq"] if g["amsgrad"] else s["exp_avg_sq"]
    return scaled(s, g, g["lr"] / (1 - b1 ** t), v / (1 - b2 ** t))


# Ours, PyTorch's, our keys, how PyTorch calls them, the rates of a parameter.
RUNS = [
    ("sgd", optim.SGD, {"lr": 0.05, "momentum": 0.9, "weight_decay": 0.01}, {}, None),
    ("sgd", optim.SGD, {"lr": 0.05, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01}, {}, None),
    ("adam", optim.Adam, {"lr": 0.01, "weight_decay": 0.02}, {}, adam_rate),
    ("adam", optim.Adam, {"lr": 0.01, "amsgrad": True}, {}, adam_rate),
    ("adamw", optim.AdamW, {"lr": 0.01, "weight_decay": 0.05}, {}, adam_rate),
    ("radam", optim.RAdam, {"lr": 0.01, "weight_decay": 0.02}, {}, None),
    ("adamax", optim.Adamax, {"lr": 0.01}, {},
     lambda s, g: g["lr"] / (1 - g["betas"][0] ** float(s["step"])) / s["exp_inf"]),
    ("rmsprop", optim.RMSprop, {"lr": 0.01, "momentum": 0.9, "weight_decay": 0.02}, {},
     lambda s, g: scaled(s, g, g["lr"], s["square_avg"])),
    ("rmsprop", optim.RMSprop, {"lr": 0.01, "centered": True}, {},
     lambda s, g: scaled(s, g, g["lr"], s["square_avg"] - s["grad_avg"] ** 2)),
    ("adagrad", optim.Adagrad, {"lr": 0.05, "lr_decay": 0.1}, {},
     lambda s, g: scaled(s, g, g["lr"] / (1 + (float(s["step"]) - 1) * g["lr_decay"]), s["sum"])),
    ("adadelta", optim.Adadelta, {"lr": 1, "weight_decay": 0.02}, {}, None),
    ("asgd", optim.ASGD, {"lr": 0.05, "t0": 5}, {}, None),
    ("rprop", optim.Rprop, {"lr": 0.01}, {}, None),
]


def numbers(*shape, scale=1.0):
    """Few bits, so that a float holds them too."""
    return (torch.randint(-64, 65, shape) / 64.0) * scale


def run(name, kind, keys, extra, rate):
    torch.manual_seed(5)
    linears = [nn.Linear(a, b) for a, b in zip(SIZES, SIZES[1:])]
    model = nn.Sequential(*[m for linear in linears for m in (linear, nn.Tanh())][:-1])
    for p in model.parameters():
        p.data = numbers(*p.shape, scale=0.5)
    first = [x for p in model.parameters() for x in p.detach().reshape(-1).tolist()]
    inputs, targets = numbers(N, SIZES[0]), numbers(N, SIZES[-1])
    groups = []
    for linear, layer in zip(linears, LAYERS):
        linear.requires_grad_(not layer["frozen"])
        group = {"params": linear.parameters(), "lr": keys["lr"] * layer["lr_scale"]}
        if layer["weight_decay"] is not None and name != "rprop":
            group["weight_decay"] = layer["weight_decay"]
        groups.append(group)
    optimizer = kind(groups, **keys, **extra)
    losses = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(inputs), targets)
        losses.append(loss.item())
        loss.backward()
        optimizer.step()
    rates = [x for g in optimizer.param_groups for p in g["params"] if p.requires_grad and rate is not None
             for x in rate(optimizer.state[p], g).reshape(-1).tolist()]
    return {"kind": name, "keys": keys, "inputs": inputs.reshape(-1).tolist(), "targets": targets.reshape(-1).tolist(),
            "first": first, "losses": losses, "last": [x for p in model.parameters() for x in p.detach().reshape(-1).tolist()],
            "rate": math.fsum(rates) / len(rates) if rates else None}


json.dump({"torch": torch.__version__, "sizes": SIZES, "n": N, "layers": LAYERS, "runs": [run(*each) for each in RUNS]},
          sys.stdout, indent=None, separators=(",", ":"))
print()
