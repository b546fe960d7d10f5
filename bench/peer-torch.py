#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Training throughput of PyTorch on the CPU, for a side-by-side benchmark (Debian 12: python3-torch 1.13.1).

A step is a full training step: gather a random mini-batch by index, forward, loss, zero_grad, backward,
optimizer step. Nothing is skipped; the loss is read (loss.item()) only every --loss-every steps (0: never).

usage: peer-torch.py WORKLOAD --data DIR [--batch 32] [--optimizer sgd|momentum|adam] [--threads 1]
                     [--seconds 2] [--mode best|eager|foreach|jit|jitforeach|channels_last] [--torch-blas 1,2] [--loss-every 0] [--serve]

WORKLOAD: tiny (2-8-8-1 tanh, BCE) | iris (4-16-3) | digits (64-64-10) | mnist128 (784-128-10)
          | mnist512 (784-512-256-10) | cnn (conv3x3x16 pad 1, ReLU, pool2, conv3x3x32 pad 1, ReLU, pool2, fc 10)
DIR: holds t10k-images-idx3-ubyte.gz and t10k-labels-idx1-ubyte.gz (directly or in DIR/mnist) and, if present,
     spiral.csv, iris.csv, digits.csv (features..., label). Missing CSV: spiral is computed, iris and digits come
     from sklearn.datasets (Debian python3-sklearn).
--mode best: tries every mode for 0.3 s each and measures with the fastest, so the comparison is with PyTorch's best.
Debian's PyTorch calls sgemm of libblas.so.3 (update-alternatives; install libopenblas0-pthread, the reference
BLAS is far slower). OpenBLAS has a thread pool of its own besides PyTorch's OpenMP one; with --threads 2 the two
compete, so "best" also tries (torch, blas) = (2,2), (1,2), (2,1) and reports the pair as torch_blas_threads.

--serve: chooses the mode, then measures a slice of --seconds for each line on standard input and answers with one
line of JSON, so that a driver can alternate between programs.

Prints one line of JSON; samples_per_s is the median over slices of about 50 ms, min and max are over slices.
"""
import argparse, csv, ctypes, gzip, json, math, os, random, struct, sys, time

ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
ap.add_argument("workload", choices=["tiny", "iris", "digits", "mnist128", "mnist512", "cnn"])
ap.add_argument("--data", required=True)
ap.add_argument("--batch", type=int, default=32)
ap.add_argument("--optimizer", choices=["sgd", "momentum", "adam"], default="momentum")
ap.add_argument("--threads", type=int, default=1)
ap.add_argument("--seconds", type=float, default=2.0)
ap.add_argument("--mode", default="best", choices=["best", "eager", "foreach", "jit", "jitforeach", "channels_last"])
ap.add_argument("--torch-blas", default="", metavar="T,B", help="threads of PyTorch and of OpenBLAS (overrides --threads)")
ap.add_argument("--loss-every", type=int, default=0)
ap.add_argument("--serve", action="store_true")
a = ap.parse_args()
for k in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS"):
    os.environ[k] = str(a.threads)
import torch
import torch.nn as nn

torch.set_num_threads(a.threads)
torch.set_flush_denormal(True)  # as Etude's training threads do


def load_small(name, d):
    p = os.path.join(d, name + ".csv")
    if os.path.exists(p):
        t = torch.tensor([[float(v) for v in r] for r in csv.reader(open(p))])
        return t[:, :-1].contiguous(), t[:, -1].long().contiguous()
    if name == "spiral":
        rng, rows = random.Random(1), []
        for c in (0, 1):
            for i in range(250):
                r, t = i / 250 * 5.0, 1.75 * i / 250 * 2 * math.pi + (math.pi if c else 0.0)
                rows.append([r * math.sin(t) + rng.uniform(-0.1, 0.1), r * math.cos(t) + rng.uniform(-0.1, 0.1), c])
        t = torch.tensor(rows)
        return t[:, :-1].contiguous(), t[:, -1].long()
    from sklearn import datasets
    ds = datasets.load_iris() if name == "iris" else datasets.load_digits()
    x = torch.tensor(ds.data, dtype=torch.float32)
    x = x / 16 if name == "digits" else (x - x.mean(0)) / x.std(0, unbiased=False)
    return x, torch.tensor(ds.target).long()


def load_mnist(d):
    if not os.path.exists(os.path.join(d, "t10k-images-idx3-ubyte.gz")):
        d = os.path.join(d, "mnist")
    with gzip.open(os.path.join(d, "t10k-images-idx3-ubyte.gz")) as f:
        _, n, h, w = struct.unpack(">4I", f.read(16))
        x = torch.frombuffer(bytearray(f.read()), dtype=torch.uint8).view(n, h * w).float() / 255
    with gzip.open(os.path.join(d, "t10k-labels-idx1-ubyte.gz")) as f:
        f.read(8)
        y = torch.frombuffer(bytearray(f.read()), dtype=torch.uint8).long()
    return x, y


def mlp(sizes, act):
    m = []
    for i in range(len(sizes) - 1):
        m.append(nn.Linear(sizes[i], sizes[i + 1]))
        if i < len(sizes) - 2:
            m.append(act())
    return nn.Sequential(*m)


class WithLoss(nn.Module):
    def __init__(self, m, l):
        super().__init__()
        self.m, self.l = m, l

    def forward(self, xb, yb):
        return self.l(self.m(xb), yb)


w = a.workload
x0, y = load_mnist(a.data) if w in ("mnist128", "mnist512", "cnn") else load_small({"tiny": "spiral"}.get(w, w), a.data)
if w == "tiny":
    y = y.float().view(-1, 1)
if w == "cnn":
    x0 = x0.view(-1, 1, 28, 28)
B, n = min(a.batch, x0.shape[0]), x0.shape[0]


def make(mode):
    """Returns an endless iterator over training steps."""
    torch.manual_seed(1)
    x, loss_fn = x0, nn.BCEWithLogitsLoss() if w == "tiny" else nn.CrossEntropyLoss()
    if w == "cnn":
        model = nn.Sequential(
            nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(1568, 10))
        if mode == "channels_last":
            model = model.to(memory_format=torch.channels_last)
            x = x.contiguous(memory_format=torch.channels_last)
    else:
        sizes = {"tiny": [2, 8, 8, 1], "iris": [4, 16, 3], "digits": [64, 64, 10], "mnist128": [784, 128, 10],
                 "mnist512": [784, 512, 256, 10]}[w]
        model = mlp(sizes, nn.Tanh if w == "tiny" else nn.ReLU)
    foreach = True if "foreach" in mode else None
    params = list(model.parameters())
    if a.optimizer == "adam":
        opt = torch.optim.Adam(params, lr=1e-3, foreach=foreach)
    else:
        opt = torch.optim.SGD(params, lr=0.01, momentum=0.9 if a.optimizer == "momentum" else 0.0, foreach=foreach)
    full = WithLoss(model, loss_fn)
    if mode.startswith("jit"):
        full = torch.jit.trace(full, (x[:B], y[:B]))
    k = 0
    while True:
        perm = torch.randperm(n)
        for i in range(0, n - B + 1, B):
            idx = perm[i:i + B]
            loss = full(x[idx], y[idx])
            opt.zero_grad(set_to_none=True)
            loss.backward()
            opt.step()
            k += 1
            if a.loss_every and k % a.loss_every == 0:
                loss.item()
            yield loss


try:
    blas = ctypes.CDLL("libopenblas.so.0")
except OSError:
    blas = None


def use(combo):
    """combo = (threads of PyTorch, threads of the BLAS library)"""
    torch.set_num_threads(combo[0])
    if blas:
        blas.openblas_set_num_threads(combo[1])


def measure(mode, seconds):
    it, chunk, rates = make(mode), 1, []
    t0 = time.perf_counter()
    while time.perf_counter() - t0 < min(0.3, seconds / 2):
        l = next(it)
    t0 = time.perf_counter()
    while True:
        s = time.perf_counter()
        for _ in range(chunk):
            l = next(it)
        e = time.perf_counter()
        if e - s < 0.04 and not rates:
            chunk *= 2
            t0 = time.perf_counter()
            continue
        rates.append(chunk * B / (e - s))
        if e - t0 > seconds:
            break
    rates.sort()
    return rates, float(l.detach())


T = a.threads
mode, combo, tried = a.mode, tuple(int(v) for v in a.torch_blas.split(",")) if a.torch_blas else (T, T), {}
if mode == "best":
    for m in ["eager", "foreach", "jit", "jitforeach"] + (["channels_last"] if w == "cnn" else []):
        for c in [(T, T)] if T == 1 or not blas else [(T, T), (1, T), (T, 1)]:
            use(c)
            r, _ = measure(m, 0.3)
            tried[m, c] = round(r[len(r) // 2], 1)
    mode, combo = max(tried, key=tried.get)
use(combo)


def serve():
    """One slice a line; the model goes on training from slice to slice."""
    it, step, chunk = make(mode), None, 1
    for _ in range(30):
        step = next(it)
    for _ in sys.stdin:
        n, t0 = 0, time.perf_counter()
        while time.perf_counter() - t0 < a.seconds:
            s = time.perf_counter()
            for _ in range(chunk):
                step = next(it)
            n += chunk
            if time.perf_counter() - s < 0.02:
                chunk *= 2
        rate = n * B / (time.perf_counter() - t0)
        print(json.dumps({"program": "torch", "version": torch.__version__, "workload": w, "mode": mode,
                          "samples_per_s": rate, "last_loss": float(step.detach())}), flush=True)


if a.serve:
    serve()
    sys.exit()
rates, last = measure(mode, a.seconds)
med = rates[len(rates) // 2]
print(json.dumps({"peer": "torch", "version": torch.__version__, "workload": w, "batch": B, "optimizer": a.optimizer,
                  "threads": T, "mode": mode, "torch_blas_threads": list(combo), "samples_per_s": round(med, 1), "min": round(rates[0], 1),
                  "max": round(rates[-1], 1), "us_per_step": round(1e6 * B / med, 2), "last_loss": last,
                  "tried": {"%s/%d/%d" % (m, *c): v for (m, c), v in tried.items()}}))
