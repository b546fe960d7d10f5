#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes functions.json: what PyTorch computes in float64 for the activations, and for the losses that network.json has not.

usage: make-functions.py > functions.json        (Debian 12: python3-torch 1.13.1)
"""
import json
import importlib.util
import os

import torch
from torch import nn

spec = importlib.util.spec_from_file_location("network", os.path.join(os.path.dirname(os.path.abspath(__file__)), "make-network.py"))
network = importlib.util.module_from_spec(spec)
spec.loader.exec_module(network)

GRID = [-800.0, -100.0, -30.0, -20.5, -10.0, -5.0, -3.0, -2.0, -1.5, -1.0, -0.75, -0.5, -0.25, -0.1, -1e-3, -1e-8, 0.0,
        1e-8, 1e-3, 0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 6.0, 10.0, 20.5, 30.0, 100.0, 800.0]


class Hardsigmoid(nn.Module):
    """nn.Hardsigmoid has 1/6 rounded to float32 in its slope, also in float64; this is its formula, differentiated."""

    def forward(self, x):
        return nn.functional.relu6(x + 3) / 6


ACTIVATIONS = [
    ("tanh", nn.Tanh(), {}), ("relu", nn.ReLU(), {}), ("sigmoid", nn.Sigmoid(), {}),
    ("leaky_relu", nn.LeakyReLU(), {}), ("leaky_relu", nn.LeakyReLU(0.2), {"negative_slope": 0.2}),
    ("elu", nn.ELU(), {}), ("elu", nn.ELU(0.5), {"alpha": 0.5}),
    ("gelu", nn.GELU(), {}), ("gelu", nn.GELU(approximate="tanh"), {"approximate": "tanh"}),
    ("softplus", nn.Softplus(), {}), ("softplus", nn.Softplus(2.5, 4.0), {"beta": 2.5, "threshold": 4.0}),
    ("silu", nn.SiLU(), {}), ("mish", nn.Mish(), {}), ("selu", nn.SELU(), {}), ("softsign", nn.Softsign(), {}),
    ("relu6", nn.ReLU6(), {}), ("hardtanh", nn.Hardtanh(), {}), ("hardsigmoid", Hardsigmoid(), {}),
    ("hardswish", nn.Hardswish(), {}),
]


def activation_case(kind, module, params):
    x = torch.tensor(GRID).requires_grad_()
    y = module(x)
    y.sum().backward()
    return {"layer": {"kind": kind, **params}, "x": GRID, "y": y.tolist(), "slope": x.grad.tolist()}


def losses():
    cases, fill = [], network.fill
    for reduction in ("mean", "sum"):
        outputs, targets = fill(5, 3, scale=4), fill(5, 3)
        outputs[0, 0] = targets[0, 0]
        cases.append(network.loss_case("l1", nn.L1Loss(reduction=reduction), outputs, targets, reduction=reduction))
        for bound in (1.0, 0.5, 3.0):
            cases.append(network.loss_case("smooth_l1", nn.SmoothL1Loss(reduction=reduction, beta=bound), outputs, targets,
                                           reduction=reduction, beta=bound))
            cases.append(network.loss_case("huber", nn.HuberLoss(reduction=reduction, delta=bound), outputs, targets,
                                           reduction=reduction, delta=bound))
        # Without the 0 among the differences: there PyTorch's slope is −1, ours 0 as that of L1Loss.
        cases.append(network.loss_case("smooth_l1", nn.SmoothL1Loss(reduction=reduction, beta=0.0), outputs[1:], targets[1:],
                                       reduction=reduction, beta=0.0))
        for n_classes in (2, 4):
            cases.append(network.loss_case("hinge", nn.MultiMarginLoss(reduction=reduction), fill(19, n_classes, scale=2),
                                           torch.arange(19) * 7 % n_classes, reduction=reduction))
    return cases


if __name__ == "__main__":
    print(json.dumps({"torch": torch.__version__, "activations": [activation_case(*a) for a in ACTIVATIONS], "losses": losses()},
                     separators=(",", ":")))
