#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes momentum.csv: optimizers whose momentum a schedule cycles, in PyTorch.

usage: make-momentum.py > momentum.csv

Each row: the trajectory, the step from 1, the rate and the momentum of the update, and the point after it on
f = (x² + 10 y² + 0.1 z²) / 2 from (1, -1, 2), in double.
"""
import torch

torch.set_default_dtype(torch.float64)
SCHEDULES = torch.optim.lr_scheduler
OPTIMIZERS = torch.optim
RUNS = {
    "sgd": (lambda p: OPTIMIZERS.SGD(p, 0.05, momentum=0.9), lambda o: SCHEDULES.OneCycleLR(o, 0.05, total_steps=20)),
    "nesterov": (lambda p: OPTIMIZERS.SGD(p, 0.05, momentum=0.9, nesterov=True),
                 lambda o: SCHEDULES.CyclicLR(o, 0.01, 0.05, step_size_up=4)),
    "zero": (lambda p: OPTIMIZERS.SGD(p, 0.05, momentum=0.9),
             lambda o: SCHEDULES.CyclicLR(o, 0.01, 0.05, step_size_up=3, base_momentum=0)),
    "adam": (lambda p: OPTIMIZERS.Adam(p, 0.1), lambda o: SCHEDULES.OneCycleLR(o, 0.1, total_steps=20)),
}

print("name,step,lr,momentum,x,y,z")
for name, (make_optimizer, make_schedule) in RUNS.items():
    point = torch.tensor([1.0, -1.0, 2.0], requires_grad=True)
    optimizer = make_optimizer([point])
    schedule = make_schedule(optimizer)
    group = optimizer.param_groups[0]
    for step in range(1, 21):
        used = [group["lr"], group["momentum"] if "momentum" in group else group["betas"][0]]
        optimizer.zero_grad()
        (point * point * torch.tensor([1, 10, 0.1])).sum().div(2).backward()
        optimizer.step()
        if step < 20:
            schedule.step()
        print(",".join([name, str(step)] + [repr(float(x)) for x in used + point.tolist()]))
