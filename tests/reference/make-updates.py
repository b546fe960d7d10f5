#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes updates.json: what PyTorch does to gradients, and weights that are averaged, in float64.

usage: make-updates.py > updates.json        (Debian 12: python3-torch 1.13.1)
"""
import json
import sys

import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)


def clipping():
    cases = []
    for kind, most, norm in (("norm", 1.0, "2"), ("norm", 100.0, "2"), ("norm", 2.0, "inf"), ("norm", 0.5, "inf"), ("value", 0.5, None)):
        torch.manual_seed(len(cases))
        parameter = nn.Parameter(torch.zeros(19))
        parameter.grad = torch.randn(19) * 2
        case = {"kind": kind, "most": most, "norm": norm, "gradient": parameter.grad.tolist()}
        if kind == "norm":
            case["length"] = float(nn.utils.clip_grad_norm_([parameter], most, norm_type=float(norm)))
        else:
            nn.utils.clip_grad_value_([parameter], most)
        case["clipped"] = parameter.grad.tolist()
        cases.append(case)
    return cases


def average():
    """An average of the ten sets of weights after ten updates."""
    torch.manual_seed(7)
    model = nn.Linear(3, 2)
    averaged = AveragedModel(model, avg_fn=lambda mean, weight, n: 0.9 * mean + 0.1 * weight)
    steps, means = [], []
    for _ in range(10):
        with torch.no_grad():
            for parameter in model.parameters():
                parameter += torch.randn_like(parameter)
        averaged.update_parameters(model)
        steps.append(torch.cat([p.detach().reshape(-1) for p in model.parameters()]).tolist())
        means.append(torch.cat([p.detach().reshape(-1) for p in averaged.module.parameters()]).tolist())
    return {"keep": 0.9, "weights": steps, "averages": means}


json.dump({"torch": torch.__version__, "clipping": clipping(), "average": average()}, sys.stdout, indent=1)
print()
