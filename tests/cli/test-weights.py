#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Weights leave as safetensors, PyTorch loads them and computes the same, and they come in again.

usage: test-weights.py ETUDE_CLI NETWORK_OUTPUTS

The header is read by hand; where the package safetensors is there, it must see the same.
"""
import hashlib
import json
import os
import resource
import signal
import struct
import subprocess
import sys
import time

sys.dont_write_bytecode = True
import tap

CLI, OUTPUTS = (os.path.abspath(argument) for argument in sys.argv[1:])
MEMORY = 512 << 20
PATIENCE = 60
try:
    import numpy
except ImportError:
    numpy = None
try:
    import torch
except ImportError:
    torch = None

IS_SANITIZED = tap.is_sanitized(CLI)

TYPES = {"F32": (4, "f"), "I64": (8, "q")}
SHORT = ("--set", "training.epochs=2")
MLP = [{"kind": "dense", "units": 7}, "tanh", {"kind": "dense", "units": 5, "bias": False}, "layer_norm", "dense"]
CNN = [{"kind": "conv2d", "out_channels": 6, "kernel_size": [3, 2], "stride": [1, 2], "padding": 1}, "batch_norm", "relu",
       {"kind": "residual", "layers": [{"kind": "conv2d", "out_channels": 8, "padding": 1}, "batch_norm", "relu"]},
       {"kind": "residual", "layers": [{"kind": "conv2d", "out_channels": 8, "padding": 1, "bias": False},
                                       {"kind": "batch_norm", "affine": False}]},
       "max_pool2d", "flatten", {"kind": "dense", "units": 20}, "batch_norm", "tanh", "dense"]
NETWORKS = {"mlp": (MLP, "iris"), "cnn": (CNN, "digits")}


def run(folder, *arguments, **options):
    return tap.run(CLI, os.path.join(folder, "home"), *arguments, cwd=folder, **options)


def write(folder, name, content):
    with open(os.path.join(folder, name), "wb") as file:
        file.write(content)


def read(path):
    """Type, shape, numbers of each tensor; all of the file must be theirs."""
    with open(path, "rb") as file:
        content = file.read()
    length, = struct.unpack_from("<Q", content)
    header = json.loads(content[8:8 + length])
    data = content[8 + length:]
    assert (8 + length) % 8 == 0 and content[8:9] == b"{", "the data are aligned"
    assert header.pop("__metadata__")["format"] == "pt"
    tensors, places = {}, []
    for name, entry in header.items():
        first, end = entry["data_offsets"]
        size, letter = TYPES[entry["dtype"]]
        assert first % size == 0, "and so is each tensor"
        places.append((first, end))
        tensors[name] = entry["dtype"], entry["shape"], struct.unpack_from(f"<{(end - first) // size}{letter}", data, first)
    places.sort()
    assert [first for first, _ in places] + [len(data)] == [0] + [end for _, end in places]
    return tensors


def make(entries, length=None):
    """A file of these types, shapes and bytes."""
    header, data = {}, b""
    for name, (dtype, shape, content) in entries.items():
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(data), len(data) + len(content)]}
        data += content
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def train(folder, name, *more, status=0):
    layers, dataset = NETWORKS[name]
    settings = ["--set", f"dataset={dataset}", "--set", "network.layers=" + json.dumps(layers)]
    out, _ = run(folder, "train", "--json", "--every", "100000", "--no-store", *settings, *SHORT, *more, status=status)
    return [json.loads(line) for line in out.splitlines()]


def test_bytes(folder):
    """the weights whose hash the end has, and the same bytes twice"""
    for name in NETWORKS:
        end = train(folder, name, "--save-weights", "a.safetensors")[-1]
        train(folder, name, "--save-weights", "b.safetensors")
        with open(os.path.join(folder, "a.safetensors"), "rb") as a, open(os.path.join(folder, "b.safetensors"), "rb") as b:
            assert a.read() == b.read()
        tensors = read(os.path.join(folder, "a.safetensors"))
        floats = b"".join(struct.pack(f"<{len(values)}f", *values) for dtype, _, values in tensors.values() if dtype == "F32")
        assert hashlib.sha256(floats).hexdigest() == end["weights"], name
        assert all(values == (end["steps"],) for dtype, _, values in tensors.values() if dtype == "I64")
        assert sorted(os.listdir(folder)) == ["a.safetensors", "b.safetensors"], "nothing else is left"
        try:
            from safetensors.numpy import load_file
        except ImportError:
            continue
        for tensor, array in load_file(os.path.join(folder, "a.safetensors")).items():
            assert list(array.shape) == tensors[tensor][1] and tuple(array.reshape(-1)) == tensors[tensor][2]


def test_batches_tracked(folder):
    """as PyTorch counts them: passes, not updates, and those before the weights that are kept"""
    if torch is None:
        return "PyTorch is not installed"

    def counted(*more):
        end = train(folder, "cnn", "--save-weights", "a.safetensors", *more)[-1]
        counts = {values[0] for dtype, _, values in read(os.path.join(folder, "a.safetensors")).values() if dtype == "I64"}
        assert len(counts) == 1, counts
        return end, counts.pop()

    def closures(*arguments, **options):
        """How often torch.optim.LBFGS calls for a loss in an update that ends for no other reason."""
        weight, calls = torch.nn.Parameter(torch.tensor([3.0, 40.0])), []
        optimizer = torch.optim.LBFGS([weight], *arguments, **options)

        def closure():
            calls.append(0)
            optimizer.zero_grad()
            loss = (weight ** 4).sum()
            loss.backward()
            return loss

        optimizer.step(closure)
        return len(calls)

    norm = torch.nn.BatchNorm1d(2)
    for _ in range(7):
        norm(torch.randn(4, 2))
    assert norm.num_batches_tracked == 7
    # 1258 samples are 40 batches of 32 in each epoch, the last of which is smaller
    end, count = counted("--set", "training.epochs=2", "--set", "training.accumulate=3")
    assert end["steps"] == 28 and count == 80, (end["steps"], count)
    end, count = counted("--set", "training.steps=5", "--set", "training.epochs=1", "--set", "optimizer=lbfgs", "--set", "optimizer.lr=1e-4",
                         "--set", "optimizer.max_iter=4", "--set", "optimizer.tolerance_change=0")
    assert count == 5 * closures(lr=1e-4, max_iter=4, tolerance_change=0) == 20, count
    stopping = ("--set", "training.epochs=20", "--set", "training.early_stopping.patience=2", "--set", "optimizer.lr=0.5",
                "--set", "training.accumulate=3")
    end, count = counted(*stopping)
    assert end["best"]["step"] < end["steps"] and end["best"]["step"] % 14 == 0, end
    assert count == end["best"]["step"] // 14 * 40, (count, end["best"])


def make_sequential():
    """The networks of this file as PyTorch has them."""
    nn = torch.nn

    class Residual(nn.Module):
        def __init__(self, layers, projection=None):
            super().__init__()
            self.layers = layers
            if projection is not None:
                self.projection = projection

        def forward(self, x):
            return self.layers(x) + (self.projection(x) if hasattr(self, "projection") else x)

    mlp = nn.Sequential(nn.Linear(4, 7), nn.Tanh(), nn.Linear(7, 5, bias=False), nn.LayerNorm(5), nn.Linear(5, 3))
    cnn = nn.Sequential(
        nn.Conv2d(1, 6, (3, 2), stride=(1, 2), padding=1), nn.BatchNorm2d(6), nn.ReLU(),
        Residual(nn.Sequential(nn.Conv2d(6, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU()), nn.Conv2d(6, 8, 1, bias=False)),
        Residual(nn.Sequential(nn.Conv2d(8, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8, affine=False))),
        nn.MaxPool2d(2), nn.Flatten(), nn.Linear(64, 20), nn.BatchNorm1d(20), nn.Tanh(), nn.Linear(20, 10))
    return {"mlp": mlp, "cnn": cnn}


def load(path, network):
    """load_state_dict must take the file as it is, and nothing may get lost on the way."""
    state = {tensor: torch.tensor(values, dtype=torch.float32 if dtype == "F32" else torch.int64).reshape(shape)
             for tensor, (dtype, shape, values) in read(path).items()}
    network.load_state_dict(state, strict=True)
    assert all(torch.equal(tensor, state[key]) for key, tensor in network.state_dict().items())
    network.eval()


def test_outputs(folder):
    """each output of a network whose weights have moved is what PyTorch makes of the file"""
    if torch is None:
        return "PyTorch is not installed"
    for name, network in make_sequential().items():
        shape = (4,) if name == "mlp" else (1, 8, 8)
        n_outputs = network[-1].out_features
        path = os.path.join(folder, name)
        done = subprocess.run([OUTPUTS, json.dumps(NETWORKS[name][0]), path, str(n_outputs), *map(str, shape)],
                              stdout=subprocess.PIPE, check=True, timeout=PATIENCE)
        rows = torch.tensor([[float(cell) for cell in line.split()] for line in done.stdout.decode().splitlines()])
        x, y = rows[:, :-n_outputs], rows[:, -n_outputs:]
        load(path, network)
        with torch.no_grad():
            difference = (network(x.reshape(-1, *shape)) - y).abs().max().item()
        assert y.abs().max() > 0.1 and difference < 1e-5, (name, difference)


def test_pytorch(folder):
    """loss and accuracy of the end are what PyTorch measures with the file"""
    if torch is None or numpy is None:
        return "PyTorch is not installed"
    for name, network in make_sequential().items():
        end = train(folder, name, "--save-weights", "a.safetensors")[-1]
        load(os.path.join(folder, "a.safetensors"), network)
        run(folder, "data", NETWORKS[name][1], "-o", "data.npz")
        data = numpy.load(os.path.join(folder, "data.npz"))
        x, y = torch.tensor(data["x_validation"]), torch.tensor(data["y_validation"])
        with torch.no_grad():
            outputs = network(x.reshape(-1, 1, 8, 8) if name == "cnn" else x)
            loss = torch.nn.functional.cross_entropy(outputs, y).item()
        assert abs(loss - end["validation_loss"]) < 1e-5 * max(1, loss), (name, loss, end["validation_loss"])
        assert abs((outputs.argmax(1) == y).double().mean().item() - end["metrics"]["accuracy"]) < 1e-9
        assert end["metrics"]["accuracy"] > 0.5, "it has learned something"


def test_from_pytorch(folder):
    """what PyTorch has drawn is what training starts from; wider and narrower floats too"""
    if torch is None or numpy is None:
        return "PyTorch is not installed"
    torch.manual_seed(1)
    kinds = {"F32": torch.float32, "F64": torch.float64, "F16": torch.float16, "BF16": torch.bfloat16}
    for name, network in make_sequential().items():
        run(folder, "data", NETWORKS[name][1], "-o", "data.npz")
        data = numpy.load(os.path.join(folder, "data.npz"))
        x, y = torch.tensor(data["x_train"]), torch.tensor(data["y_train"])
        for dtype, kind in kinds.items():
            entries = {}
            for key, tensor in network.state_dict().items():
                is_count = key.endswith("num_batches_tracked")
                if not is_count:
                    tensor.copy_(tensor.to(kind).to(torch.float32))
                stored = tensor if is_count else tensor.to(kind)
                stored = stored.view(torch.int16) if dtype == "BF16" and not is_count else stored
                entries[key] = "I64" if is_count else dtype, list(tensor.shape), stored.numpy().tobytes()
            write(folder, "start.safetensors", make(entries))
            first = train(folder, name, "--load-weights", "start.safetensors")[1]
            network.eval()
            with torch.no_grad():
                loss = torch.nn.functional.cross_entropy(network(x.reshape(-1, 1, 8, 8) if name == "cnn" else x), y).item()
            assert first["step"] == 0 and abs(first["train_loss"] - loss) < 1e-5 * max(1, loss), (name, dtype, loss, first)


def test_goes_on(folder):
    """a run that starts from weights begins where they were; each seed does, and its note says so"""
    end = train(folder, "cnn", "--save-weights", "a.safetensors")[-1]
    lines = train(folder, "cnn", "--load-weights", "a.safetensors", "--seeds", "2", "--threads", "2")
    first = [line for line in lines if line["type"] == "evaluation" and line["step"] == 0]
    assert [line["validation_loss"] for line in first] == [end["validation_loss"]] * 2
    ends = [line["weights"] for line in lines if line["type"] == "end"]
    assert len(set(ends)) == 2 and end["weights"] not in ends, "the seeds still order the data"

    run(folder, "train", "--save-weights", "m.safetensors", *SHORT)
    os.mkdir(os.path.join(folder, "sub"))
    os.rename(os.path.join(folder, "m.safetensors"), os.path.join(folder, "sub", "m é.safetensors"))
    run(folder, "train", "--load-weights", "sub/m é.safetensors", *SHORT)
    with open(os.path.join(folder, "sub", "m é.safetensors"), "rb") as file:
        sha256 = hashlib.sha256(file.read()).hexdigest()
    notes = [kept["note"] for kept in json.loads(run(folder, "runs", "list", "--json")[0])]
    assert notes == [f"Starts from the weights of “m é.safetensors” (SHA-256 {sha256[:12]})", ""], notes


def test_unchanged(folder):
    """in and out again, with an update too small to change anything: bit for bit"""
    train(folder, "mlp", "--save-weights", "a.safetensors")
    train(folder, "mlp", "--load-weights", "a.safetensors", "--save-weights", "b.safetensors",
          "--set", 'optimizer={"kind":"sgd","lr":1e-300}', "--set", "schedule=constant", "--set", "training.steps=1")
    with open(os.path.join(folder, "a.safetensors"), "rb") as a, open(os.path.join(folder, "b.safetensors"), "rb") as b:
        assert a.read() == b.read()


def test_stopped(folder):
    """a run that is stopped leaves its weights; one that diverges leaves what was there"""
    arguments = [CLI, "train", "--json", "--no-store", "--save-weights", "a.safetensors", "--every", "1000000",
                 "--set", "training.epochs=1000000"]
    around = dict(os.environ, XDG_DATA_HOME=os.path.join(folder, "home"), LC_ALL="C.UTF-8")
    with subprocess.Popen(arguments, cwd=folder, env=around, stdout=subprocess.PIPE) as process:
        assert json.loads(process.stdout.readline())["type"] == "start"
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        end = json.loads(process.stdout.read().splitlines()[-1])
        assert process.wait(PATIENCE) == 130
    assert end["outcome"] == "stopped"
    floats = b"".join(struct.pack(f"<{len(values)}f", *values) for _, _, values in read(os.path.join(folder, "a.safetensors")).values())
    assert hashlib.sha256(floats).hexdigest() == end["weights"]

    write(folder, "b.safetensors", b"mine")
    diverges = ("--set", "optimizer.lr=1000", "--set", "network.layers.1=relu", "--set", "loss=mse", "--set", "dataset=file",
                "--set", "dataset.path=line.csv")
    write(folder, "line.csv", b"x,y\n" + b"".join(b"%d,%d.5\n" % (i, 3 * i) for i in range(50)))
    _, said = run(folder, "train", "--no-store", "--save-weights", "b.safetensors", *diverges, status=3)
    assert said == "etude-cli: b.safetensors: found a run that diverged, expected weights: not written\n", said
    with open(os.path.join(folder, "b.safetensors"), "rb") as file:
        assert file.read() == b"mine"
    assert sorted(os.listdir(folder)) == ["a.safetensors", "b.safetensors", "line.csv"]


def limit():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def refused(folder, *arguments, status=1, **options):
    """The sentence; it comes before anything is trained, and in little memory."""
    limits = {} if IS_SANITIZED else {"preexec_fn": limit}
    started = time.monotonic()
    out, said = run(folder, "train", *arguments, status=status, **limits, **options)
    assert time.monotonic() - started < PATIENCE
    assert out == "" and said.startswith("etude-cli: ") and said.count("\n") == 1, (arguments, out, said)
    assert not os.path.exists(os.path.join(folder, "home", "etude", "runs.db")) or json.loads(
        run(folder, "runs", "list", "--json")[0]) == [], "what is refused is not stored"
    return said[len("etude-cli: "):-1]


def test_refused(folder):
    run(folder, "train", "--no-store", "--save-weights", "good", *SHORT)
    with open(os.path.join(folder, "good"), "rb") as file:
        good = file.read()
    floats = {name: (dtype, shape, struct.pack(f"<{len(values)}f", *values))
              for name, (dtype, shape, values) in read(os.path.join(folder, "good")).items()}
    files = {
        "empty": (b"", "found 0 bytes, expected at least 8, the length of the header"),
        "header": (make(floats, 1 << 60), f"found a header of {1 << 60} bytes, expected at most {len(make(floats)) - 8}"),
        "negative": (make(floats, (1 << 64) - 1), f"found a header of {(1 << 64) - 1} bytes, expected at most {len(make(floats)) - 8}"),
        "cut": (good[:-4], "found 644 bytes of data, expected 648 as the header says"),
        "long": (good + b"\0", "found 649 bytes of data, expected 648 as the header says"),
        "etude": (b'{"etude":1}', f"found a header of {int.from_bytes(b'{%cetude%c' % (34, 34), 'little')} bytes, expected at most 3"),
        "missing": (make({k: v for k, v in floats.items() if k != "2.bias"}), "“2.bias”: found no such tensor, expected one of shape [2]"),
        "shape": (make({**floats, "0.weight": ("F32", [2, 32], floats["0.weight"][2])}), "“0.weight”: found the shape [2, 32], expected [32, 2]"),
        "name": (make({("1" if k == "0.bias" else k): v for k, v in floats.items()}), "“0.bias”: found no such tensor, expected one of shape [32]"),
        "surplus": (make({**floats, "4.weight": ("F64", [1, 2], bytes(16))}),
                    "“4.weight”: found a tensor of shape [1, 2], expected only those of the network, “0.weight” to “2.bias”"),
        "nan": (make({**floats, "2.bias": ("F32", [2], struct.pack("<ff", 0, float("nan")))}),
                "“2.bias”: found nan as number 1, expected a finite number below 3.4e38"),
    }
    for name, (content, said) in files.items():
        write(folder, name, content)
        assert refused(folder, "--load-weights", name) == f"{name}: {said}", name


def test_large(folder):
    """files that are as large as they say, and of which almost nothing is on the disk"""
    text = json.dumps({"0.weight": {"dtype": "F32", "shape": [1 << 33], "data_offsets": [0, 1 << 35]}}).encode()
    path = os.path.join(folder, "hole")
    write(folder, "hole", struct.pack("<Q", len(text)) + text)
    os.truncate(path, 8 + len(text) + (1 << 35))
    assert refused(folder, "--load-weights", "hole") == f"hole: “0.weight”: found the shape [{1 << 33}], expected [32, 2]"
    write(folder, "hole", struct.pack("<Q", 1 << 34) + b"{")
    os.truncate(path, 1 << 35)
    assert refused(folder, "--load-weights", "hole") == f"hole: found a header of {1 << 34} bytes, expected at most {4 << 20}"


def test_no_file(folder):
    os.mkdir(os.path.join(folder, "folder"))
    os.mkfifo(os.path.join(folder, "fifo"))
    for name, found in (("folder", "found a folder, expected a file"), ("fifo", "found a device or pipe, expected a file"),
                        ("/dev/zero", "found a device or pipe, expected a file"), ("absent", "No such file or directory")):
        assert refused(folder, "--load-weights", name) == f"{name}: {found}"
    assert refused(folder, "--save-weights", "folder") == "folder: found a folder, expected a file"
    assert refused(folder, "--save-weights", "absent/a") == "absent/a: No such file or directory"
    assert refused(folder, "--save-weights", "a", "--seeds", "2", status=2) == "--save-weights: found 2 seeds, expected one"
    assert sorted(os.listdir(folder)) == ["fifo", "folder"], "nothing is left"


def test_no_permission(folder):
    os.chmod(folder, 0o755)
    write(folder, "secret", b"a")
    os.chmod(os.path.join(folder, "secret"), 0)
    other = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
    try:
        assert refused(folder, "--no-store", "--load-weights", "secret", **other) == "secret: Permission denied"
        os.chmod(folder, 0o555)
        assert refused(folder, "--no-store", "--save-weights", "a", **other) == "a: Permission denied"
    except PermissionError:
        return "the program may not be run by another user"
    finally:
        os.chmod(folder, 0o755)


tap.main(globals())
