#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes network.json: what PyTorch computes in float64 for the losses, networks and optimizers of Etude.

usage: make-network.py > network.json        (Debian 12: python3-torch 1.13.1)

Numbers come from fill(): a hash of seed and index, exact in a float, so that float and double start from the same.
"""
import json
import math

import torch
from torch import nn

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
MASK = 0xFFFFFFFF
seed = 0


def fill(*shape, scale=1.0):
    """Numbers in [-scale, scale), multiples of 2^-16 * scale."""
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
        values.append((h >> 15) / 65536.0 - 1.0)
    return torch.tensor(values).reshape(shape) * scale


def flat(tensor):
    return tensor.detach().reshape(-1).tolist()


def loss_case(kind, module, outputs, target, **params):
    outputs = outputs.clone().requires_grad_()
    value = module(outputs, target)
    value.backward()
    params["kind"] = kind
    case = {"loss": params, "n": outputs.shape[0], "outputs": flat(outputs), "value": float(value), "gradient": flat(outputs.grad)}
    if target.is_floating_point():
        case["targets"], case["n_targets"] = flat(target), target.shape[1]
    else:
        case["labels"], case["n_classes"] = target.tolist(), outputs.shape[1]
    return case


def losses():
    cases = []
    weights = [1.0, 2.0, 0.5, 1.5]
    for reduction in ("mean", "sum"):
        cases.append(loss_case("mse", nn.MSELoss(reduction=reduction), fill(4, 3, scale=2), fill(4, 3), reduction=reduction))
        share = torch.tensor([[0.0, 1.0], [1.0, 1.0], [0.0, 0.0], [0.25, 0.9], [1.0, 0.0]])
        for positive in (1.0, 2.5):
            cases.append(loss_case("bce_with_logits", nn.BCEWithLogitsLoss(reduction=reduction, pos_weight=torch.tensor(positive)),
                                   fill(5, 2, scale=4), share, reduction=reduction, pos_weight=positive))
        for smoothing in (0.0, 0.125, 1.0):
            for weight in ([], weights):
                module = nn.CrossEntropyLoss(reduction=reduction, label_smoothing=smoothing,
                                             weight=torch.tensor(weight) if weight else None)
                cases.append(loss_case("cross_entropy", module, fill(19, 4, scale=4), torch.arange(19) * 7 % 4,
                                       reduction=reduction, label_smoothing=smoothing, class_weights=weight))
    cases.append(loss_case("cross_entropy", nn.CrossEntropyLoss(), fill(3, 3, scale=512), torch.tensor([0, 1, 2])))
    cases.append(loss_case("bce_with_logits", nn.BCEWithLogitsLoss(), fill(4, 1, scale=512),
                           torch.tensor([[0.0], [1.0], [1.0], [0.0]])))
    return cases


ACTIVATIONS = {"tanh": nn.Tanh, "relu": nn.ReLU, "sigmoid": nn.Sigmoid}


def build(layers, n_inputs):
    """layers: numbers are dense layers (negative: without bias), names activations."""
    modules, n = [], n_inputs
    for layer in layers:
        if isinstance(layer, int):
            modules.append(nn.Linear(n, abs(layer), bias=layer > 0))
            n = abs(layer)
        else:
            modules.append(ACTIVATIONS[layer]())
    network = nn.Sequential(*modules)
    for parameter in network.parameters():
        parameter.data.copy_(fill(*parameter.shape, scale=0.5))
    return network


def parameters(network):
    return [v for p in network.parameters() for v in flat(p)]


def network_case(n_inputs, layers, n, loss, module, target):
    network = build(layers, n_inputs)
    inputs = fill(n, n_inputs, scale=2)
    before = parameters(network)
    outputs = network(inputs)
    value = module(outputs, target)
    value.backward()
    case = {"n_inputs": n_inputs, "layers": layers, "loss": loss, "n": n, "inputs": flat(inputs), "parameters": before,
            "outputs": flat(outputs), "value": float(value),
            "gradients": [v for p in network.parameters() for v in flat(p.grad)]}
    if target.is_floating_point():
        case["targets"], case["n_targets"] = flat(target), target.shape[1]
    else:
        case["labels"], case["n_classes"] = target.tolist(), outputs.shape[1]
    return case


def networks():
    cross, mse, bce = nn.CrossEntropyLoss(), nn.MSELoss(), nn.BCEWithLogitsLoss()
    labels = torch.arange(10) % 3
    return [
        network_case(2, [8, "tanh", 8, "tanh", 1], 10, {"kind": "bce_with_logits"}, bce, (torch.arange(10) % 2).double().reshape(10, 1)),
        network_case(4, [16, "relu", 3], 10, {"kind": "cross_entropy"}, cross, labels),
        network_case(5, [4], 3, {"kind": "mse"}, mse, fill(3, 4)),
        network_case(1, [-1], 1, {"kind": "mse"}, mse, fill(1, 1)),
        network_case(19, [-17, "sigmoid", 33, "tanh", 2], 7, {"kind": "mse"}, mse, fill(7, 2)),
        network_case(18, ["tanh", 35, "relu", "sigmoid", 3], 10, {"kind": "cross_entropy"}, cross, labels),
        network_case(3, [5, 7, "tanh", 3, "sigmoid"], 10, {"kind": "mse"}, mse, fill(10, 3)),
    ]


def optimizers():
    steps, n, batch = 30, 24, 8
    inputs, targets = fill(n, 3), fill(n, 2)
    start = build([5, "tanh", 2], 3)
    sgd, adam = torch.optim.SGD, torch.optim.Adam
    runs = []
    for kind, make, params in (
            ("sgd", sgd, dict(lr=0.1)),
            ("sgd", sgd, dict(lr=0.1, weight_decay=0.01)),
            ("sgd", sgd, dict(lr=0.05, momentum=0.9)),
            ("sgd", sgd, dict(lr=0.05, momentum=0.9, dampening=0.5)),
            ("sgd", sgd, dict(lr=0.05, momentum=0.9, weight_decay=0.01)),
            ("sgd", sgd, dict(lr=0.05, momentum=0.9, nesterov=True)),
            ("sgd", sgd, dict(lr=0.05, momentum=0.9, nesterov=True, weight_decay=0.01)),
            ("adam", adam, dict(lr=0.02)),
            ("adam", adam, dict(lr=0.02, weight_decay=0.01)),
            ("adam", adam, dict(lr=0.02, amsgrad=True)),
            ("adam", adam, dict(lr=0.02, amsgrad=True, weight_decay=0.1)),
            ("adam", adam, dict(lr=0.02, beta1=0.8, beta2=0.95, eps=1e-4)),
            # gamma: the rate falls by it after each step, as a schedule does
            ("sgd", sgd, dict(lr=0.1, momentum=0.9, dampening=0.3, gamma=0.9)),
            ("sgd", sgd, dict(lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.01, gamma=0.9)),
            ("adam", adam, dict(lr=0.1, weight_decay=0.01, gamma=0.9)),
            ("adam", adam, dict(lr=0.1, amsgrad=True, gamma=0.9))):
        gamma = params.pop("gamma", 1)
        network = build([5, "tanh", 2], 3)
        network.load_state_dict(start.state_dict())
        options = {k: v for k, v in params.items() if not k.startswith("beta")}
        if "beta1" in params:
            options["betas"] = (params["beta1"], params["beta2"])
        optimizer = make(network.parameters(), foreach=False, **options)
        schedule = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma)
        run = []
        for step in range(steps):
            first = step % (n // batch) * batch
            value = nn.functional.mse_loss(network(inputs[first:first + batch]), targets[first:first + batch])
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
            schedule.step()
            run.append(float(value))
        runs.append({"optimizer": {"kind": kind, **params}, "gamma": gamma, "losses": run, "parameters": parameters(network)})
    return {"n_inputs": 3, "layers": [5, "tanh", 2], "n_targets": 2, "n": n, "batch": batch, "inputs": flat(inputs),
            "targets": flat(targets), "parameters": parameters(start), "runs": runs}


if __name__ == "__main__":
    print(json.dumps({"torch": torch.__version__, "losses": losses(), "networks": networks(), "optimizers": optimizers()},
                     separators=(",", ":")))
