#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes layers.json: what PyTorch computes in float64 for layers and for whole networks, with all gradients.

usage: make-layers.py > layers.json        (Debian 12: python3-torch 1.13.1)

Every array comes from a hash of seed and index. Gradients are of sum (output * upstream).

The same bytes come out on every x86-64 with AVX2 where PyTorch multiplies by OpenBLAS (libopenblas0-pthread): its sums run in
an order that depends on the processor, so one of them is asked for. Another BLAS differs in the last bits, by 2e-15 at most.
"""
import json
import math
import os
import sys

os.environ.update(OPENBLAS_CORETYPE="Haswell", ATEN_CPU_CAPABILITY="avx2")  # read when PyTorch is loaded
import torch
from torch import nn

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
M32 = 0xFFFFFFFF


def u(seed, i):
    h = ((i + 1) * 2654435761 + seed * 2654435769) & M32
    h ^= h >> 16
    h = h * 2246822507 & M32
    h ^= h >> 13
    h = h * 3266489909 & M32
    h ^= h >> 16
    return h / 4294967296.0 * 2.0 - 1.0


class Gen:
    def __init__(self, seed):
        self.seed = seed

    def __call__(self, *shape, scale=1.0, shift=0.0):
        self.seed += 1
        n = math.prod(shape)
        t = torch.tensor([u(self.seed, i) * scale + shift for i in range(n)]).reshape(shape)
        t.made = {"seed": self.seed, "scale": scale, "shift": shift}
        return t


def js(t):
    d = {"shape": list(t.shape), "data": t.detach().reshape(-1).tolist()}
    if hasattr(t, "made"):
        d.update(t.made)
    return d


out = {"torch": torch.__version__}
gen = Gen(0)


def fill_params(mod, scale=0.5):
    made = {}
    for n, p in mod.named_parameters():
        shift = 1.0 if (isinstance(mod, (nn.BatchNorm1d, nn.BatchNorm2d, nn.LayerNorm)) and n == "weight") else 0.0
        v = gen(*p.shape, scale=scale, shift=shift)
        p.data.copy_(v)
        made[n] = v
    return made


# ---- layers -----------------------------------------------------------------------------------------------------
layers = []


def layer(name, mod, shape, train=True, scale=1.0, **args):
    made = fill_params(mod)
    bufs = {}
    if isinstance(mod, (nn.BatchNorm1d, nn.BatchNorm2d)):
        rm, rv = gen(mod.num_features, scale=0.3), gen(mod.num_features, scale=0.5, shift=1.0)
        mod.running_mean.copy_(rm)
        mod.running_var.copy_(rv)
        bufs = {"running_mean": js(rm), "running_var": js(rv)}
    mod.train(train)
    x = gen(*shape, scale=scale)
    made_x = x.made
    x = x.clone().requires_grad_()
    x.made = made_x
    y = mod(x)
    up = gen(*y.shape)
    (y * up).sum().backward()
    r = {"name": name, "op": type(mod).__name__, "args": args, "train": train, "input": js(x),
         "params": {n: js(v) for n, v in made.items()}, "upstream": js(up), "output": js(y),
         "grad_input": js(x.grad), "grad_params": {n: js(p.grad) for n, p in mod.named_parameters()}}
    if bufs:
        r["buffers_before"] = bufs
        r["buffers_after"] = {"running_mean": js(mod.running_mean), "running_var": js(mod.running_var)}
    layers.append(r)


def conv(name, cin, cout, k, shape, **kw):
    layer(name, nn.Conv2d(cin, cout, k, **kw), shape, in_channels=cin, out_channels=cout, kernel=k,
          **{"stride": 1, "padding": 0, "groups": 1, "dilation": 1, "bias": True, **kw})


layer("linear", nn.Linear(5, 4), (3, 5), in_features=5, out_features=4, bias=True)
layer("linear_nobias", nn.Linear(5, 4, bias=False), (3, 5), in_features=5, out_features=4, bias=False)
layer("linear_1x1", nn.Linear(1, 1), (1, 1), in_features=1, out_features=1, bias=True)
layer("linear_wide", nn.Linear(19, 17), (7, 19), in_features=19, out_features=17, bias=True)
conv("conv3", 1, 2, 3, (2, 1, 5, 4))
conv("conv3_pad1", 3, 4, 3, (2, 3, 5, 4), padding=1)
conv("conv3_pad1_nobias", 2, 3, 3, (1, 2, 4, 4), padding=1, bias=False)
conv("conv3_stride2", 2, 3, 3, (2, 2, 7, 6), stride=2)
conv("conv3_stride2_pad1", 2, 3, 3, (2, 2, 6, 7), stride=2, padding=1)
conv("conv5_pad2", 1, 2, 5, (1, 1, 6, 6), padding=2)
conv("conv2_stride2", 2, 2, 2, (1, 2, 5, 5), stride=2)
conv("conv1x1", 3, 5, 1, (2, 3, 3, 3))
conv("conv3x2_stride2x1_pad1x0", 2, 3, (3, 2), (1, 2, 6, 5), stride=(2, 1), padding=(1, 0))
conv("conv3_groups2", 4, 6, 3, (2, 4, 5, 5), padding=1, groups=2)
conv("conv3_depthwise", 3, 3, 3, (1, 3, 5, 5), padding=1, groups=3)
conv("conv3_depthwise_x2_stride2", 3, 6, 3, (1, 3, 6, 6), padding=1, groups=3, stride=2)
conv("conv3_dilation2", 1, 2, 3, (1, 1, 7, 7), dilation=2, padding=2)
conv("conv3_wide", 5, 18, 3, (1, 5, 4, 6), padding=1)
P = dict(stride=None, padding=0, ceil_mode=False)
for nm, k, s, p, shape in (("2", 2, 2, 0, (2, 2, 4, 6)), ("2_odd", 2, 2, 0, (1, 2, 5, 5)), ("3_stride2_pad1", 3, 2, 1, (1, 2, 6, 7)),
                           ("2_stride1", 2, 1, 0, (1, 1, 4, 4)), ("3x2", (3, 2), (3, 2), (0, 0), (1, 1, 6, 6))):
    layer("maxpool" + nm, nn.MaxPool2d(k, s, p), shape, kernel=k, stride=s, padding=p)
    layer("avgpool" + nm, nn.AvgPool2d(k, s, p), shape, kernel=k, stride=s, padding=p, count_include_pad=True)
layer("avgpool3_stride2_pad1_exclude", nn.AvgPool2d(3, 2, 1, count_include_pad=False), (1, 2, 6, 7), kernel=3, stride=2, padding=1, count_include_pad=False)
layer("global_avgpool", nn.AdaptiveAvgPool2d(1), (2, 3, 4, 5))
for tr in (True, False):
    sfx = "_train" if tr else "_eval"
    layer("batchnorm1d" + sfx, nn.BatchNorm1d(5), (6, 5), tr, 2.0, features=5, eps=1e-5, momentum=0.1)
    layer("batchnorm2d" + sfx, nn.BatchNorm2d(3), (2, 3, 4, 3), tr, 2.0, features=3, eps=1e-5, momentum=0.1)
    layer("dropout_p0" + sfx, nn.Dropout(0.0), (3, 4), tr, p=0.0)
layer("batchnorm1d_batch2", nn.BatchNorm1d(3), (2, 3), True, features=3, eps=1e-5, momentum=0.1)
layer("batchnorm2d_momentum03_eps1e3", nn.BatchNorm2d(2, eps=1e-3, momentum=0.3), (2, 2, 3, 3), True, features=2, eps=1e-3, momentum=0.3)
layer("batchnorm1d_noaffine", nn.BatchNorm1d(4, affine=False), (5, 4), True, features=4, eps=1e-5, momentum=0.1, affine=False)
layer("dropout_p05_eval", nn.Dropout(0.5), (3, 4), False, p=0.5)
layer("layernorm", nn.LayerNorm(6), (4, 6), True, 2.0, normalized_shape=[6], eps=1e-5)
layer("layernorm_3d", nn.LayerNorm([2, 3, 3]), (2, 2, 3, 3), True, 2.0, normalized_shape=[2, 3, 3], eps=1e-5)
layer("flatten", nn.Flatten(), (2, 2, 3, 2))
out["layers"] = layers


# The seeds of the losses, which are elsewhere, lie between.
gen.seed += 14
# ---- whole networks ---------------------------------------------------------------------------------------------
nets = []


def net(name, arch, mod, xshape, target, lossf, lossname):
    made = {}
    for mn, m in mod.named_modules():
        if not list(m.children()):
            for pn, v in fill_params(m, 0.4).items():
                made[mn + "." + pn] = v
    x = gen(*xshape)
    xi = x.clone().requires_grad_()
    y = mod(xi)
    l = lossf(y, target)
    l.backward()
    nets.append({"name": name, "architecture": arch, "loss_function": lossname, "params": {k: js(v) for k, v in made.items()},
                 "input": js(x), "target": target.tolist(), "output": js(y), "loss": float(l), "grad_input": js(xi.grad),
                 "grad_params": {k: js(p.grad) for k, p in mod.named_parameters()}})


net("mlp_tanh", "2-8-8-1 tanh", nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 1)), (10, 2),
    torch.tensor([[float(i % 2)] for i in range(10)]), nn.BCEWithLogitsLoss(), "bce_logits mean")
net("mlp_relu_bn", "linear(4,16) batchnorm1d(16) relu linear(16,3)", nn.Sequential(nn.Linear(4, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Linear(16, 3)),
    (8, 4), torch.tensor([0, 1, 2, 0, 1, 2, 0, 1]), nn.CrossEntropyLoss(), "cross_entropy mean")
net("cnn", "conv(1,3,3,pad1) relu maxpool2 conv(3,4,3,pad1) relu maxpool2 flatten linear(16,3)",
    nn.Sequential(nn.Conv2d(1, 3, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
                  nn.Flatten(), nn.Linear(16, 3)), (2, 1, 8, 8), torch.tensor([2, 0]), nn.CrossEntropyLoss(), "cross_entropy mean")
net("cnn_bn", "conv(1,3,3,pad1,nobias) batchnorm2d(3) silu avgpool2 flatten linear(27,2)",
    nn.Sequential(nn.Conv2d(1, 3, 3, padding=1, bias=False), nn.BatchNorm2d(3), nn.SiLU(), nn.AvgPool2d(2), nn.Flatten(), nn.Linear(27, 2)),
    (3, 1, 6, 6), torch.tensor([1, 0, 1]), nn.CrossEntropyLoss(label_smoothing=0.1), "cross_entropy mean label_smoothing 0.1")
out["networks"] = nets


json.dump(out, sys.stdout, separators=(",", ":"), allow_nan=False)
print()
