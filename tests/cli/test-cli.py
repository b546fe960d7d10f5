#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the command line promises: columns, JSON lines, exit status, the same bytes twice.

usage: test-cli.py ETUDE_CLI
"""
import ast
import csv
import hashlib
import io
import json
import locale
import math
import os
import re
import signal
import struct
import subprocess
import sys
import tempfile
import time
import zipfile

sys.dont_write_bytecode = True
import tap

CLI = sys.argv[1]
SHORT = ["--set", "training.epochs=3"]


def run(*arguments, language="C.UTF-8", home=None, status=0):
    """Runs a verb in a home of its own; returns its standard output."""
    with tempfile.TemporaryDirectory() as temporary:
        out, run.stderr = tap.run(CLI, home or temporary, *arguments, locale=language, status=status)
    return out


def lines(text):
    return [json.loads(line) for line in text.splitlines()]


def without_time(text):
    kept = lines(text)
    for line in kept:
        line.pop("time", None)
        line.pop("run", None)
    return kept


def test_json_lines():
    out = lines(run("train", "--json", "--no-store", *SHORT))
    assert [line["type"] for line in out[:3]] == ["start", "evaluation", "step"], out[:3]
    assert out[-1]["type"] == "end"
    start, end = out[0], out[-1]
    assert list(start) == ["type", "etude", "version", "run", "seed", "hash", "samples", "inputs", "outputs",
                           "parameters", "updates_per_epoch", "steps", "document"]
    assert start["samples"] == {"train": 700, "validation": 300, "test": 0}
    assert (start["inputs"], start["outputs"], start["parameters"]) == ([2], 2, 162)
    assert (start["updates_per_epoch"], start["steps"], start["run"]) == (22, 66, None)
    assert start["document"]["network"]["layers"][2]["units"] == 2
    assert start["document"]["training"]["steps"] == 66
    assert list(end) == ["type", "seed", "outcome", "steps", "epochs", "loss", "train_loss", "validation_loss",
                         "test_loss", "metrics", "best", "diverged_at", "weights", "time"]
    assert (end["outcome"], end["steps"], end["epochs"], end["test_loss"], end["diverged_at"]) == ("done", 66, 3, None, None)
    assert end["train_loss"] < out[1]["train_loss"] / 1.5, "it must learn"
    steps = [line for line in out if line["type"] == "step"]
    assert [line["step"] for line in steps] == list(range(66))
    evaluations = [line for line in out if line["type"] == "evaluation"]
    assert [line["step"] for line in evaluations] == [0, 22, 44, 66]
    best = min(evaluations, key=lambda line: line["validation_loss"])
    assert end["best"] == {"step": best["step"], "validation_loss": best["validation_loss"]}


def test_same_twice():
    first, second = run("train", "--json", *SHORT), run("train", "--json", *SHORT)
    assert without_time(first) == without_time(second)
    assert lines(first)[0]["run"] != lines(second)[0]["run"], "each run that is kept has an id of its own"
    assert run("train", "--csv", *SHORT) == run("train", "--csv", *SHORT)


def test_csv():
    rows = list(csv.reader(io.StringIO(run("train", "--csv", "--no-store", *SHORT))))
    assert rows[0] == ["seed", "step", "epoch", "lr", "loss", "validation_loss", "accuracy", "balanced_accuracy", "f1", "auc"], rows[0]
    assert len(rows) == 67
    measured = [int(row[1]) for row in rows[1:] if row[5] != ""]
    assert measured == [21, 43, 65], measured
    out = lines(run("train", "--json", "--no-store", *SHORT))
    losses = [line["loss"] for line in out if line["type"] == "step"]
    assert [float(row[4]) for row in rows[1:]] == losses
    assert float(rows[-1][5]) == out[-1]["validation_loss"]


def test_schedule_is_what_trains():
    for kind in CONTRACT["schedule"]:
        settings = [*SHORT, "--set", f"schedule={kind}", "--set", "schedule.warmup.length=5"]
        if kind != "plateau":
            settings += ["--set", "schedule.cooldown.length=10%"]
        planned = list(csv.DictReader(io.StringIO(run("schedule", "--csv", *settings))))
        trained = list(csv.DictReader(io.StringIO(run("train", "--csv", "--no-store", *settings))))
        assert [row["lr"] for row in planned] == [row["lr"] for row in trained]
        assert [row["epoch"] for row in planned] == [row["epoch"] for row in trained]
        assert list(planned[0]) == ["step", "epoch", "lr"] + ["momentum"] * (kind in ("cyclic", "one_cycle"))


def test_momentum():
    """a schedule cycles momentum where it is above 0, else beta1, else nothing"""
    for optimizer, has in (("sgd", False), ("adam", True), ('{"kind":"sgd","momentum":0.5}', True)):
        settings = [*SHORT, "--set", f"optimizer={optimizer}", "--set", "schedule=one_cycle"]
        planned = list(csv.DictReader(io.StringIO(run("schedule", "--csv", *settings))))
        steps = [line for line in lines(run("train", "--json", "--no-store", *settings)) if line["type"] == "step"]
        assert ("momentum" in planned[0]) == has and all(("momentum" in line) == has for line in steps)
        if has:
            assert [float(row["momentum"]) for row in planned] == [line["momentum"] for line in steps]
            assert min(line["momentum"] for line in steps) < 0.87 and steps[0]["momentum"] == 0.95
    constant = [*SHORT, "--set", "optimizer.momentum=0.8", "--set", "schedule=cyclic"]
    same = ["--set", "schedule.base_momentum=0.8", "--set", "schedule.max_momentum=0.8"]
    off = ["--set", "optimizer.momentum=0.8", "--set", "schedule.cycle_momentum=false"]
    weights = [lines(run("train", "--json", "--no-store", *constant, *more))[-1]["weights"] for more in (same, off, [])]
    assert weights[0] == weights[1] != weights[2]
    parts = '{"kind":"sequence","schedules":[{"kind":"constant","length":2},"cyclic"]}'
    rows = list(csv.DictReader(io.StringIO(run("schedule", "--steps", "4", "--set", f"schedule={parts}"))))
    assert [row["momentum"] for row in rows][:3] == ["", "", "0.9"], rows


def test_descend():
    """the columns of the contract, in double: two steps of momentum on the quadratic, by hand"""
    half = ["descend", "--set", "optimizer.lr=0.25", "--set", "schedule=constant", "--set", "optimizer.momentum=0.5"]
    assert run(*half, "--function", "quadratic", "--start", "1", "--steps", "2") == (
        "step,x,value,gradient_x,lr\n0,1,0.5,1,0.25\n1,0.75,0.28125,0.75,0.25\n2,0.4375,0.095703125,0.4375,\n")
    assert run(*half, "--start", "-4,1", "--steps", "1", "--set", "function.condition=4", "--csv") == (
        "step,x,y,value,gradient_x,gradient_y,lr\n0,-4,1,10,-4,4,0.25\n1,-3,0,4.5,-3,0,\n")
    for kind in CONTRACT["function"]:
        rows = list(csv.reader(io.StringIO(run("descend", "--function", kind, "--steps", "7", "--set", "optimizer=adam"))))
        assert len(rows) == 9 and rows[0] == ["step", "x", "y", "value", "gradient_x", "gradient_y", "lr"] and rows[8][6] == ""
    table = json.loads(run(*half, "--json", "--steps", "3"))
    assert table["stable_lr"] == 0.3 and table["minimum"] == [0, 0] and len(table["points"]) == 4
    far = run(*half, "--start", "1", "--steps", "4000", "--set", "optimizer.lr=100", status=3)
    assert far.splitlines()[-1].startswith("4000,nan,nan,nan")
    first = next(i for i, row in enumerate(csv.reader(far.splitlines()[1:])) if not all(map(math.isfinite, map(float, row[1:4]))))
    assert run.stderr == (f"etude-cli: diverged: from step {first} on the numbers are not finite; "
                          "the learning rate of the update before was 100\n"), run.stderr
    for bad in (["--function", "cubic"], ["--start", "1,2,3"], ["--start", "a"], ["--start", "1", "--function", "beale"],
                ["--set", "function.height=1"], ["--set", "function.condition=-1"], ["--steps", "0"], ["x"],
                ["--set", "optimizer.lr=0"], ["--csv", "--json"]):
        assert run("descend", *bad, status=2) == "" and run.stderr.startswith("etude-cli: "), bad
    for bad, said in ((["--function", "cubic"], "expected one of the kinds “quadratic”, “quartic”"),
                      (["--set", "function.height=1"], "of the function “quadratic”, expected one of “condition”"),
                      (["--set", "training.epochs=3"], "expected a path that begins with optimizer, schedule or function"),
                      (["--set", "optimizers.lr=3"], "expected a path that begins with optimizer, schedule or function")):
        run("descend", *bad, status=2)
        assert said in run.stderr, run.stderr


def test_interrupted_rows():
    """verbs that print row after row end with a whole one, and JSON with its last bracket"""
    for verb in (["descend", "--steps", "100000000"], ["schedule", "--steps", "100000000"]):
        for form, number in (("--csv", signal.SIGTERM), ("--csv", signal.SIGINT), ("--json", signal.SIGTERM)):
            child = subprocess.Popen([CLI, *verb, form], stdout=subprocess.PIPE, bufsize=0)
            start = child.stdout.read(1) if form == "--csv" or verb[0] == "schedule" else time.sleep(0.3) or b""
            child.send_signal(number)
            out = start + child.communicate(timeout=60)[0]
            assert child.returncode == 128 + number, (verb, child.returncode)
            assert out.endswith(b"\n")
            if form == "--json":
                table = json.loads(out)
                assert len(table["lr" if verb[0] == "schedule" else "points"]) > 0
            else:
                table = out.decode().splitlines()
                assert table[-1].count(",") == table[0].count(",") and int(table[-1].split(",")[0]) == len(table) - 2


def test_plateau():
    settings = ["--set", "training.epochs=12", "--set", "schedule=plateau", "--set", "schedule.patience=0",
                "--set", "schedule.factor=0.5", "--set", "schedule.mode=max", "--set", "schedule.metric=train_loss"]
    text = run("train", "--json", "--no-store", *settings)
    assert without_time(text) == without_time(run("train", "--json", "--no-store", *settings))
    out = lines(text)
    marks = [line for line in out if line["type"] == "mark"]
    # a loss that falls is not better when higher is: all but the first evaluation after an epoch reduce, the last
    # of which no update follows
    losses = [line["train_loss"] for line in out if line["type"] == "evaluation"][1:]
    expected = [22 * (i + 1) for i in range(1, 11) if losses[i] <= max(losses[:i]) * 1.0001]
    assert len(marks) > 3 and [mark["step"] for mark in marks] == expected, marks
    assert all(mark["kind"] == "plateau" and mark["factor"] == 0.5 for mark in marks)
    rates = [line["lr"] for line in out if line["type"] == "step"]
    assert rates == [0.1 * 0.5 ** sum(mark["step"] <= step for mark in marks) for step in range(len(rates))]
    planned = csv.DictReader(io.StringIO(run("schedule", *settings)))
    assert {row["lr"] for row in planned} == {"0.1"}
    with tempfile.TemporaryDirectory() as home:
        run("train", *settings, home=home)
        stored = json.loads(run("runs", "show", "last", "--json", home=home))
        assert [(mark["step"], mark["kind"], mark["factor"]) for mark in stored["marks"]] == [
            (mark["step"], "plateau", 0.5) for mark in marks]
    for more, message in ((["schedule.metric=r2"], "found “r2”, expected one of “train_loss”, “validation_loss”, “accuracy”"),
                          (["schedule.metric=accuracy", "dataset.validation=0"], "found “accuracy”, but the data have no validation part (dataset.validation); expected “train_loss”")):
        run("train", "--no-store", *settings, *(word for setting in more for word in ("--set", setting)), status=1)
        assert message in run.stderr, run.stderr
    rising = lines(run("train", "--json", "--no-store", *settings, "--set", "schedule.metric=accuracy"))
    assert len([line for line in rising if line["type"] == "mark"]) > 0


def test_schedule_without_data():
    run("schedule", "--set", "schedule=plateau", "--set", "schedule.metric=acuracy", status=1)
    assert run.stderr.startswith("etude-cli: schedule.metric: found “acuracy”, expected one of “train_loss”, “validation_loss”, “accuracy”")
    for metric in ("r2", "f1", "train_loss"):
        run("schedule", "--set", "schedule=plateau", "--set", f"schedule.metric={metric}")
    hidden = 'schedule={"kind":"sequence","schedules":[{"kind":"constant","length":100},{"kind":"sequence"},"cosine"]}'.replace(
        '{"kind":"sequence"}', '{"kind":"cosine","length":"70%"}')
    for verb, quiet in ((["schedule"], []), (["train", "--no-store"], ["--seeds", "2"])):
        run(*verb, *quiet, *SHORT, "--set", hidden)
        assert run.stderr == ("etude-cli: schedule.schedules.1: never starts: those before it take 100 updates, and there are only 66\n"
                              "etude-cli: schedule.schedules.2: never starts: those before it take 146 updates, and there are only 66\n"), run.stderr
    run("schedule", "--steps", "1000", "--set", hidden)
    assert run.stderr == ""


def test_schedule_steps():
    rows = list(csv.DictReader(io.StringIO(run("schedule", "--steps", "10", "--set", "training.epochs=5",
                                               "--set", "dataset=file", "--set", "dataset.path=absent.csv"))))
    assert len(rows) == 10 and rows[3]["epoch"] == "1.5" and rows[0]["lr"] == "0.1"


def test_every():
    out = lines(run("train", "--json", "--every", "20", "--no-store", *SHORT))
    assert [line["step"] for line in out if line["type"] == "step"] == [0, 20, 40, 60]
    assert len([line for line in out if line["type"] == "evaluation"]) == 4


def test_profile():
    """each layer and the optimizer has its row, and the results stay what they are"""
    table = run("train", "--no-store", "--profile", "--set", "optimizer=adam", *SHORT).splitlines()
    assert table[0].startswith("Seed 1: ") and re.match(r"One update: [\d.]+ µs, [\d.e]+ samples a second$", table[1]), table
    assert [row[2:30].strip() for row in table[3:]] == ["samples", "0 dense + tanh", "2 dense", "loss", "adam"]
    assert 90 < sum(float(row.split()[-1].rstrip("%")) for row in table[3:]) < 110
    plain = run("train", "--json", "--no-store", *SHORT)
    assert without_time(run("train", "--json", "--no-store", "--profile", *SHORT)) == without_time(plain)


def test_early_stopping():
    """the last lines are those of the best evaluation"""
    out = lines(run("train", "--json", "--no-store", "--set", "training.epochs=300", "--set", "optimizer.lr=1", "--set", "dataset.noise=0.4",
                    "--set", "schedule=constant", "--set", "training.early_stopping.patience=4", "--set", "training.evaluate_every=10 steps"))
    evaluations = [line for line in out if line["type"] == "evaluation"][1:]
    best = min(evaluations, key=lambda line: line["validation_loss"])
    end = out[-1]
    assert end["outcome"] == "early_stopped" and end["steps"] == best["step"] + 40 == evaluations[-1]["step"]
    assert (end["validation_loss"], end["train_loss"], end["metrics"]) == (best["validation_loss"], best["train_loss"], best["metrics"])
    assert end["best"] == {"step": best["step"], "validation_loss": best["validation_loss"]}


def test_summary():
    """which weights there are in the end, whatever early stopping watches; and no number of a run that diverged"""
    stopping = ["--set", "training.epochs=300", "--set", "optimizer.lr=1", "--set", "dataset.noise=0.4", "--set", "schedule=constant",
                "--set", "training.early_stopping.patience=4", "--set", "training.early_stopping.metric=accuracy"]
    evaluations = [line for line in lines(run("train", "--json", "--no-store", *stopping)) if line["type"] == "evaluation"]
    best = max(evaluations[1:], key=lambda line: line["metrics"]["accuracy"])
    least = min(evaluations, key=lambda line: line["validation_loss"])
    assert best["step"] != least["step"]
    text = run("train", "--no-store", *stopping)
    assert f" steps, restored the weights of step {best['step']}, training loss " in text, text
    assert text.endswith(f" at step {least['step']}\n") and ", least validation loss " in text, text
    assert "restored" not in run("train", "--no-store", *stopping, "--set", "training.early_stopping.restore_best=false")
    assert "restored" not in run("train", "--no-store", *SHORT)
    diverging = ["--set", "loss=mse", "--set", "dataset=file", "--set", f"dataset.path={numbers()}", "--set", "optimizer.lr=1000",
                 "--set", "network.layers.1=relu", "--set", "schedule.warmup.length=50%"]
    end = lines(run("train", "--json", "--no-store", *diverging, status=3))
    rate = next(line["lr"] for line in end if line["type"] == "step" and line["step"] == end[-1]["diverged_at"])
    text = run("train", "--no-store", *diverging, status=3)
    found = re.fullmatch(r"Seed 1: Diverged at step (\d+) of 90, learning rate ([\d.]+)\n", text)
    assert int(found[1]) == end[-1]["diverged_at"] and math.isclose(float(found[2]), rate, rel_tol=1e-3), text


def test_lbfgs_hint():
    lbfgs = ["train", "--no-store", "--set", "optimizer=lbfgs", "--set", "training.epochs=1"]
    run(*lbfgs, "--set", "optimizer.lr=0.01", "--seeds", "2")
    assert run.stderr.count("\n") == 1 and "sees 32 of 700 samples" in run.stderr and "set training.batch_size=700" in run.stderr, run.stderr
    run(*lbfgs, "--set", "training.batch_size=700")
    assert run.stderr == ""
    far = ["--set", "training.batch_size=350", "--set", "training.accumulate=2", "--set", "optimizer.lr=1000", "--set", "training.epochs=50"]
    run(*lbfgs, *far, "--seeds", "2", status=3)
    assert run.stderr == ("etude-cli: optimizer: L-BFGS without a line search may step too far; "
                          "set optimizer.line_search_fn=strong_wolfe\n"), run.stderr


def test_shared_updates():
    """threads without a seed of their own share updates that are large enough, and none of it shows"""
    settings = ["--set", "dataset=digits", "--set", "network.layers=[{\"kind\": \"dense\", \"units\": 2000}, {\"kind\": \"relu\"}, "
                "{\"kind\": \"dense\", \"units\": 500}, {\"kind\": \"tanh\"}, {\"kind\": \"dense\"}]",
                "--set", "training.batch_size=128", "--set", "training.epochs=1", "--seeds", "2"]
    one, many = (lines(run("train", "--json", "--no-store", *settings, "--threads", threads)) for threads in ("1", "4"))
    assert [line["weights"] for line in one if line["type"] == "end"] == [line["weights"] for line in many if line["type"] == "end"]
    assert [line.get("loss") for line in one] == [line.get("loss") for line in many]


def test_seeds_and_threads():
    one = run("train", "--json", "--no-store", "--seeds", "9", *SHORT)
    for threads in ("2", "8"):
        assert without_time(one) == without_time(run("train", "--json", "--no-store", "--seeds", "9", "--threads", threads, *SHORT))
    ends = [line for line in lines(one) if line["type"] == "end"]
    assert [line["seed"] for line in ends] == list(range(1, 10))
    assert len({line["weights"] for line in ends}) == 9
    assert [line["seed"] for line in lines(one)] == sorted(line["seed"] for line in lines(one))


def shortest(text):
    """Python writes 1e-08 where 1e-8 reads back equal."""
    return re.sub(r"(\d)e([-+])0", r"\1e\2", text)


def test_document():
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "a.etude")
        out = lines(run("train", "--json", "--no-store", "--save", file, "--set", "optimizer=adam", "--set", "name=A b", *SHORT))
        again = lines(run("train", "--json", "--no-store", file))
        assert again[-1]["weights"] == out[-1]["weights"] and again[0]["hash"] == out[0]["hash"]
        text = open(file, encoding="utf-8").read()
        document = json.loads(text)
        assert list(document) == ["etude", "name", "dataset", "network", "loss", "optimizer", "schedule", "training"]
        assert text == shortest(json.dumps(document, indent=2, ensure_ascii=False)) + "\n"
        document.pop("name")
        compact = shortest(json.dumps(document, separators=(",", ":"), ensure_ascii=False))
        assert hashlib.sha256(compact.encode()).hexdigest() == out[0]["hash"]
        run("train", "--json", "--no-store", "-o", os.path.join(folder, "out.jsonl"), file)
        assert without_time(open(os.path.join(folder, "out.jsonl")).read()) == [
            {key: value for key, value in line.items() if key not in ("time", "run")} for line in again]


def test_save_elsewhere():
    """a document that is saved in another folder leads to the same data"""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("a", "b"):
            os.mkdir(os.path.join(folder, name))
        with open(os.path.join(folder, "a", "line.csv"), "wb") as data, open(numbers(), "rb") as source:
            data.write(source.read())
        first, beside, elsewhere = (os.path.join(folder, *names) for names in (("a", "1.etude"), ("a", "2.etude"), ("b", "3.etude")))
        with open(first, "w") as document:
            document.write('{"etude":1,"dataset":{"kind":"file","path":"line.csv"},"loss":"mse","training":{"epochs":3}}')
        out = lines(run("train", "--json", "--no-store", "--save", beside, first))
        assert json.load(open(beside))["dataset"]["path"] == "line.csv"
        run("train", "--no-store", "--save", elsewhere, first)
        again = lines(run("train", "--json", "--no-store", elsewhere))
        assert again[-1]["weights"] == out[-1]["weights"] and again[0]["hash"] == out[0]["hash"]


def test_every_kind_trains():
    for kind in ("moons", "circles", "spiral", "xor", "blobs", "iris", "digits"):
        out = lines(run("train", "--json", "--no-store", "--every", "1000", "--set", f"dataset={kind}", *SHORT))
        assert out[-1]["outcome"] == "done" and out[-1]["train_loss"] < out[1]["train_loss"], kind


def test_every_optimizer_trains():
    """with its own defaults, and the same again from the document that was saved"""
    whole = ["--set", "training.batch_size=700"]  # what L-BFGS and Rprop are for
    with tempfile.TemporaryDirectory() as folder:
        for kind in CONTRACT["optimizer"]:
            file = os.path.join(folder, kind + ".etude")
            out = lines(run("train", "--json", "--no-store", "--every", "1000", "--save", file, "--set", f"optimizer={kind}",
                            *(whole if kind in ("lbfgs", "rprop") else []), *SHORT))
            assert out[-1]["outcome"] == "done" and out[-1]["train_loss"] < out[1]["train_loss"], kind
            assert out[0]["document"]["optimizer"]["kind"] == kind
            again = lines(run("train", "--json", "--no-store", file))
            assert again[-1]["weights"] == out[-1]["weights"] and again[0]["hash"] == out[0]["hash"], kind


CNN = ('[{"kind":"conv2d","padding":1,"out_channels":8},"batch_norm","relu",{"kind":"max_pool2d","kernel_size":[2,2]},'
       '{"kind":"conv2d","kernel_size":[3,2]},"relu","global_avg_pool2d","flatten","layer_norm",{"kind":"dropout","p":0.1},"dense"]')


def test_cnn_trains():
    settings = ["--set", "dataset=digits", "--set", f"network.layers={CNN}", "--set", "training.epochs=5"]
    out = lines(run("train", "--json", "--no-store", "--every", "1000", *settings))
    start, end = out[0], out[-1]
    assert start["inputs"] == [1, 8, 8] and start["document"]["network"]["layers"][3]["kernel_size"] == 2
    assert start["document"]["network"]["layers"][4]["kernel_size"] == [3, 2]
    # weights as PyTorch counts them: 80 + 16 + (8 * 6 + 1) * 16 + 32 + 170
    assert start["parameters"] == 1082, start["parameters"]
    assert end["outcome"] == "done" and end["metrics"]["accuracy"] > 0.85, end
    again = lines(run("train", "--json", "--no-store", "--every", "1000", *settings))
    assert again[-1]["weights"] == end["weights"]
    block = ["--set", "network.layers.1.layers.0.padding=1", "--set", "network.layers.1.layers.0.out_channels=8"]
    out = lines(run("train", "--json", "--no-store", "--every", "1000", "--set", "dataset=digits", "--set",
                    'network.layers=[{"kind":"conv2d"},{"kind":"residual","layers":["conv2d","relu"]},"dense"]', *block, *SHORT))
    # 160 + 1160 + the projection's 16 * 8 + (8 * 6 * 6 + 1) * 10
    assert out[0]["parameters"] == 4338 and out[-1]["metrics"]["accuracy"] > 0.85, (out[0]["parameters"], out[-1])
    run("train", "--no-store", "--set", f"network.layers={CNN}", status=1)
    assert run.stderr == "etude-cli: network.layers.0 (conv2d): gets 2 values and needs an image, channels × height × width\n", run.stderr


def test_diverged():
    out = lines(run("train", "--json", "--no-store", "--set", "loss=mse", "--set", "dataset=file",
                    "--set", f"dataset.path={numbers()}", "--set", "optimizer.lr=1000",
                    "--set", "network.layers.1=relu", status=3))
    end = out[-1]
    assert end["outcome"] == "diverged" and end["diverged_at"] is not None
    marks = [line for line in out if line["type"] == "mark"]
    assert [mark["kind"] for mark in marks] == ["diverged"] and marks[0]["step"] == end["diverged_at"]
    rows = list(csv.reader(io.StringIO(run("train", "--csv", "--no-store", "--set", "loss=mse", "--set", "dataset=file",
                    "--set", f"dataset.path={numbers()}", "--set", "optimizer.lr=1000",
                    "--set", "network.layers.1=relu", status=3))))
    assert rows[0][-3:] == ["mae", "rmse", "r2"], rows[0]
    assert rows[-1][4] in ("nan", "inf"), rows[-1]


def numbers():
    """A file with a regression task; made once."""
    if not hasattr(numbers, "file"):
        numbers.folder = tempfile.TemporaryDirectory()
        numbers.file = os.path.join(numbers.folder.name, "line.csv")
        with open(numbers.file, "w") as out:
            out.write("x,y\n" + "".join(f"{i / 10},{i / 5 + 0.5}\n" for i in range(100)))
    return numbers.file


def test_usage():
    for arguments, status in ((["nothing"], 2), ([], 2), (["train", "--nothing"], 2), (["train", "--set", "a"], 2),
                              (["train", "--set", "optimizer.rate=1"], 2), (["train", "--set", "optimizer.lr=-1"], 2),
                              (["train", "--set", "optimizer=sdg"], 2), (["train", "--seeds", "0"], 2),
                              (["train", "--csv", "--json"], 2), (["train", "absent.etude"], 1),
                              (["train", "a", "b"], 2), (["schedule", "--steps", "-1"], 2), (["schedule", "--steps", "0"], 2),
                              (["train", "--seeds", "2", "--set", "training.seed=9007199254740991"], 2),
                              (["train", "--set", "training.batch_size=1000", "--set", "training.drop_last=true"], 1),
                              (["train", "--set", "schedule.warmup.length=1000"], 1),
                              (["catalogue", "x"], 2)):
        out = run(*arguments, status=status)
        assert out == "", (arguments, out)
        assert run.stderr.startswith("etude-cli: ") and run.stderr.count("\n") == 1, run.stderr
    assert "train" in run("--help") and "--seeds" in run("train", "--help") and run("--version").startswith("etude-cli ")


def test_file_is_named():
    """what is wrong with a document is said with its file"""
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "a.etude")
        for section, verbs, said in (
                ('"network":{"layers":[{"kind":"dense","units":1000000},{"kind":"dense","units":1000000},"dense"]}', ["train"],
                 "network.layers.1 (dense): 1000000 units with 1000000 inputs need more memory for their weights than the limit of "),
                ('"schedule":{"kind":"cosine","warmup":{"kind":"linear","length":1000}}', ["train", "schedule"],
                 "schedule.warmup.length: found 1000 updates, expected at most the 660 of the run"),
                ('"dataset":{"kind":"moons","validation":0.9,"test":0.2}', ["train", "schedule"], "dataset.validation: found 0.9 ")):
            with open(file, "w") as document:
                document.write('{"etude":1,' + section + "}")
            for verb in verbs:
                run(verb, file, status=1)
                assert run.stderr.startswith(f"etude-cli: {file}: {said}"), run.stderr


def test_long_schedule():
    """rows come as they are made, so that a long schedule needs no memory"""
    child = subprocess.Popen([CLI, "schedule", "--set", "training.steps=1000000000000"], stdout=subprocess.PIPE)
    assert child.stdout.readline() == b"step,epoch,lr\n" and child.stdout.readline() == b"0,0,0.1\n"
    child.stdout.close()
    assert child.wait(timeout=20) == -signal.SIGPIPE
    table = json.loads(run("schedule", "--json", "--steps", "3", "--set", "training.epochs=3"))
    assert table == {"steps": 3, "updates_per_epoch": 1, "lr": [0.1, 0.07500000000000001, 0.025000000000000012]}


def test_output():
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "a.csv")
        assert run("schedule", "--steps", "3", "-o", file) == "" and open(file).read() == run("schedule", "--steps", "3")
        assert run("train", "--csv", "--no-store", "-o", file, *SHORT) == ""
        assert open(file).read() == run("train", "--csv", "--no-store", *SHORT)
        assert os.listdir(folder) == ["a.csv"]
        # Before the training, not after it.
        run("train", "--no-store", "-o", os.path.join(folder, "no", "a.csv"), "--set", "training.epochs=1000000", status=1)
        assert run.stderr == f"etude-cli: {folder}/no/a.csv: No such file or directory\n"
        assert run("schedule", "--steps", "1", "-o", "/dev/stdout") == run("schedule", "--steps", "1")


def test_interrupt():
    for number in (signal.SIGINT, signal.SIGTERM):
        with tempfile.TemporaryDirectory() as home:
            child = subprocess.Popen([CLI, "train", "--json", "--every", "1000", "--set", "training.epochs=1000000"],
                                     stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                     env=dict(os.environ, XDG_DATA_HOME=home))
            time.sleep(1)
            child.send_signal(number)
            out, _ = child.communicate(timeout=20)
            assert child.returncode == 128 + number, child.returncode
            assert out.endswith(b"\n")
            end = json.loads(out.splitlines()[-1])
            assert end["type"] == "end" and end["outcome"] == "stopped" and end["steps"] > 0


def test_locale():
    comma = "de_DE.UTF-8"
    try:
        locale.setlocale(locale.LC_NUMERIC, comma)
    except locale.Error:
        return f"the locale {comma} is not here"
    finally:
        locale.setlocale(locale.LC_NUMERIC, "C")
    for arguments in (["train", "--csv", "--no-store", *SHORT], ["schedule"], ["catalogue", "--json"]):
        assert run(*arguments) == run(*arguments, language=comma)


def test_no_store():
    with tempfile.TemporaryDirectory() as home:
        run("train", "--no-store", *SHORT, home=home)
        assert os.listdir(home) == []
        run("train", *SHORT, home=home)
        assert os.path.exists(os.path.join(home, "etude", "runs.db"))


def npz(path):
    """The arrays of a file, read as NumPy reads them: name, type, shape and numbers."""
    arrays = {}
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            data = archive.read(name)
            assert data[:8] == b"\x93NUMPY\x01\x00" and name.endswith(".npy"), name
            size = 10 + int.from_bytes(data[8:10], "little")
            header = ast.literal_eval(data[10:size].decode())
            assert size % 64 == 0 and data[size - 1:size] == b"\n" and header["fortran_order"] is False
            numbers = [number for number, in struct.iter_unpack(header["descr"][0] + {"f4": "f", "i8": "q"}[header["descr"][1:]], data[size:])]
            assert len(numbers) == math.prod(header["shape"])
            arrays[name[:-4]] = (header["descr"][1:], header["shape"], numbers)
    return arrays


def test_npz():
    with tempfile.TemporaryDirectory() as folder:
        file, again = os.path.join(folder, "a.npz"), os.path.join(folder, "b.npz")
        assert run("data", "iris", "-o", file, "--set", "dataset.test=0.1") == ""
        arrays = npz(file)
        assert list(arrays) == ["x_train", "y_train", "x_validation", "y_validation", "x_test", "y_test"]
        for part, n in (("train", 90), ("validation", 45), ("test", 15)):
            assert arrays["x_" + part][:2] == ("f4", (n, 4)) and arrays["y_" + part][:2] == ("i8", (n,)), part
            assert sorted(set(arrays["y_" + part][2])) == [0, 1, 2]
        for column in range(4):  # standardised on the training part
            values = arrays["x_train"][2][column::4]
            mean = sum(values) / 90
            assert abs(mean) < 1e-5 and abs(sum((x - mean) ** 2 for x in values) / 90 - 1) < 1e-5
        assert run("data", "iris", "--json", "-o", again, "--set", "dataset.test=0.1") == run(
            "data", "iris", "--json", "--set", "dataset.test=0.1")
        assert open(again, "rb").read() == open(file, "rb").read()
        run("data", numbers(), "-o", file, "--set", "dataset.scaling=none")
        arrays = npz(file)
        assert arrays["y_train"][:2] == ("f4", (70,)) and arrays["x_test"] == ("f4", (0, 1), [])
        for x, y in zip(arrays["x_train"][2], arrays["y_train"][2]):
            assert abs(2 * x + 0.5 - y) < 1e-5
        for bad, status in (("a.csv", 2), ("a", 2), ("no/a.npz", 1)):
            assert run("data", "iris", "-o", os.path.join(folder, bad), status=status) == ""


# The parts of the contract that are built: kind, then its keys in order.
COMMON_DATA = ["validation", "test", "stratify", "scaling", "seed"]
CONTRACT = {
    "dataset": {"moons": COMMON_DATA + ["samples", "noise"], "circles": COMMON_DATA + ["samples", "noise", "factor"],
                "spiral": COMMON_DATA + ["samples", "noise", "classes", "turns"], "xor": COMMON_DATA + ["samples", "noise"],
                "blobs": COMMON_DATA + ["samples", "noise", "classes", "features", "std"], **{id: COMMON_DATA + ["samples", "noise"] for id in ("line", "plane", "sine", "sine_gap", "step_function")},
                "polynomial": COMMON_DATA + ["samples", "noise", "degree"], "iris": COMMON_DATA,
                "digits": COMMON_DATA, "file": COMMON_DATA + ["path", "sha256", "format", "task", "target"]},
    "network": {"network": ["layers", "initialiser"]},
    "layer": {"dense": ["units", "bias"], "tanh": [], "relu": [], "sigmoid": [], "leaky_relu": ["negative_slope"], "elu": ["alpha"],
              "gelu": ["approximate"], "softplus": ["beta", "threshold"],
              **{kind: [] for kind in ("silu", "mish", "selu", "softsign", "relu6", "hardtanh", "hardsigmoid", "hardswish")},
              "conv2d": ["out_channels", "kernel_size", "stride", "padding", "dilation", "groups", "bias"],
              "max_pool2d": ["kernel_size", "stride", "padding"],
              "avg_pool2d": ["kernel_size", "stride", "padding", "count_include_pad"], "global_avg_pool2d": [], "flatten": [],
              "batch_norm": ["eps", "affine", "momentum"], "layer_norm": ["eps", "affine"], "dropout": ["p"],
              "residual": ["layers", "projection"]},
    "initialiser": {"xavier_uniform": ["gain"], "xavier_normal": ["gain"],
                    "kaiming_uniform": ["mode", "nonlinearity", "a"], "kaiming_normal": ["mode", "nonlinearity", "a"],
                    "lecun_normal": [], "orthogonal": ["gain"], "zeros": [], "torch_default": []},
    "loss": {"auto": ["reduction"], "cross_entropy": ["reduction", "label_smoothing", "class_weights"],
             "bce_with_logits": ["reduction", "pos_weight"], "mse": ["reduction"], "l1": ["reduction"],
             "smooth_l1": ["reduction", "beta"], "huber": ["reduction", "delta"], "hinge": ["reduction"]},
    "metric": {"accuracy": [], "balanced_accuracy": [], "f1": [], "auc": [], "mae": [], "rmse": [], "r2": []},
    "optimizer": {"sgd": ["lr", "momentum", "dampening", "nesterov", "weight_decay"],
                  "adam": ["lr", "beta1", "beta2", "eps", "weight_decay", "amsgrad"],
                  "adamw": ["lr", "beta1", "beta2", "eps", "weight_decay", "amsgrad"],
                  "nadam": ["lr", "beta1", "beta2", "eps", "weight_decay", "momentum_decay"],
                  "radam": ["lr", "beta1", "beta2", "eps", "weight_decay"],
                  "adamax": ["lr", "beta1", "beta2", "eps", "weight_decay"],
                  "rmsprop": ["lr", "alpha", "eps", "momentum", "centered", "weight_decay"],
                  "adagrad": ["lr", "lr_decay", "initial_accumulator_value", "eps", "weight_decay"],
                  "adadelta": ["lr", "rho", "eps", "weight_decay"],
                  "asgd": ["lr", "lambd", "alpha", "t0", "weight_decay"],
                  "rprop": ["lr", "etaminus", "etaplus", "step_size_min", "step_size_max"],
                  "lion": ["lr", "beta1", "beta2", "weight_decay"],
                  "lbfgs": ["lr", "max_iter", "max_eval", "tolerance_grad", "tolerance_change", "history_size",
                            "line_search_fn"],
                  "schedule_free_sgd": ["lr", "momentum", "weight_decay", "r", "weight_lr_power", "warmup_steps"],
                  "schedule_free_adamw": ["lr", "beta1", "beta2", "eps", "weight_decay", "r", "weight_lr_power",
                                          "warmup_steps"],
                  "prodigy": ["lr", "d0", "growth_rate", "weight_decay", "d_coef", "beta1", "beta2", "eps",
                              "safeguard_warmup"]},
    "schedule": {"plateau": ["mode", "factor", "patience", "threshold", "threshold_mode", "cooldown", "min_lr", "eps", "metric", "warmup"],
                 **{kind: keys.split() + ["warmup", "cooldown"] for kind, keys in {
                     "constant": "factor total_iters", "step": "step_size gamma", "multistep": "milestones gamma",
                     "exponential": "gamma decay_steps staircase", "polynomial": "total_iters power eta_min cycle",
                     "cosine": "t_max eta_min hold", "linear": "start_factor end_factor total_iters",
                     "cosine_restarts": "t_0 t_mult eta_min decay",
                     "cyclic": "max_lr base_lr step_size_up step_size_down mode gamma cycle_momentum base_momentum max_momentum",
                     "one_cycle": "max_lr total_steps pct_start anneal_strategy div_factor final_div_factor three_phase "
                                  "cycle_momentum base_momentum max_momentum",
                     "inverse_time": "gamma decay_steps staircase", "inverse_sqrt": "timescale", "tanh": "lb ub eta_min",
                     "sigmoid": "gamma midpoint", "piecewise": "points interpolation", "sequence": "schedules",
                     "chained": "schedules"}.items()}},
    "warmup": {kind: ["length", "start_factor", "prefix"] for kind in ("linear", "exponential", "constant")},
    "cooldown": {kind: ["length", "end_factor"] for kind in ("linear", "cosine", "one_minus_sqrt", "exponential")},
    "function": {"quadratic": ["condition"], **{kind: [] for kind in (
        "quartic", "double_well", "abs", "rosenbrock", "himmelblau", "beale", "saddle", "ravine", "rastrigin")}},
    "training": {"training": ["batch_size", "epochs", "steps", "seed", "shuffle", "drop_last", "accumulate", "clip_norm",
                              "clip_norm_type", "clip_value", "l1", "ema", "evaluate_every", "early_stopping"]},
    "early_stopping": {"early_stopping": ["metric", "patience", "min_delta", "restore_best"]},
}
COMMON_LAYER = ["initialiser", "lr_scale", "weight_decay", "frozen"]
CONTRACT["layer"] = {kind: COMMON_LAYER + keys for kind, keys in CONTRACT["layer"].items()}
DEFAULTS = {"dataset.moons.noise": 0.2, "dataset.circles.noise": 0.1, "dataset.circles.factor": 0.5, "dataset.spiral.turns": 1.75,
            "dataset.spiral.classes": 2, "dataset.blobs.classes": 3, "dataset.blobs.features": 2, "dataset.blobs.std": 1,
            "dataset.iris.validation": 0.3, "dataset.iris.scaling": "standard", "layer.dense.units": "auto",
            "layer.dense.initialiser": "auto", "layer.tanh.lr_scale": 1, "layer.residual.weight_decay": "auto", "layer.conv2d.frozen": False,
            "layer.leaky_relu.negative_slope": 0.01, "layer.elu.alpha": 1, "layer.gelu.approximate": "none",
            "layer.softplus.beta": 1, "layer.softplus.threshold": 20,
            "optimizer.sgd.lr": 0.1, "optimizer.sgd.momentum": 0, "optimizer.adam.lr": 0.001, "optimizer.adam.beta2": 0.999,
            "optimizer.adam.eps": 1e-8, "schedule.step.step_size": "30%", "schedule.step.gamma": 0.1,
            "schedule.exponential.decay_steps": "1 epochs", "schedule.constant.total_iters": 0,
            "schedule.multistep.milestones": ["50%", "75%"], "schedule.linear.end_factor": 0, "schedule.cosine_restarts.t_0": "25%",
            "schedule.cyclic.max_lr": "auto", "schedule.cyclic.base_lr": "auto", "schedule.cyclic.step_size_up": "10%",
            "schedule.cyclic.mode": "triangular", "schedule.cyclic.max_momentum": 0.9, "schedule.one_cycle.pct_start": 0.3,
            "schedule.one_cycle.final_div_factor": 10000, "schedule.one_cycle.max_momentum": 0.95, "schedule.tanh.lb": -7,
            "schedule.inverse_sqrt.timescale": "10%", "schedule.sigmoid.midpoint": "50%", "schedule.plateau.patience": 10,
            "schedule.piecewise.points": [["0%", 1], ["100%", 0]], "schedule.piecewise.interpolation": "step",
            "schedule.plateau.metric": "validation_loss", "schedule.plateau.cooldown": 0, "cooldown.linear.length": "20%",
            "cooldown.linear.end_factor": 0, "function.quadratic.condition": 10, "warmup.linear.length": "5%", "warmup.linear.start_factor": 0.1, "training.training.steps": "auto",
            "training.training.accumulate": 1, "training.training.clip_norm": 0, "training.training.clip_norm_type": "2",
            "training.training.clip_value": 0, "training.training.l1": 0, "training.training.ema": 0,
            "training.training.evaluate_every": "1 epochs", "training.training.early_stopping": None,
            "early_stopping.early_stopping.metric": "validation_loss", "early_stopping.early_stopping.patience": 10,
            "early_stopping.early_stopping.min_delta": 0, "early_stopping.early_stopping.restore_best": True,
            "training.training.batch_size": 32, "training.training.epochs": 30, "dataset.file.sha256": "auto",
            "layer.conv2d.out_channels": 16, "layer.conv2d.kernel_size": 3, "layer.conv2d.stride": 1, "layer.conv2d.padding": 0,
            "layer.conv2d.dilation": 1, "layer.conv2d.groups": 1, "layer.conv2d.bias": True, "layer.max_pool2d.kernel_size": 2,
            "layer.max_pool2d.stride": "auto", "layer.avg_pool2d.count_include_pad": True, "layer.batch_norm.eps": 1e-5,
            "layer.batch_norm.momentum": 0.1, "layer.batch_norm.affine": True, "layer.dropout.p": 0.5, "layer.residual.projection": "auto",
            "dataset.file.target": "auto", "dataset.file.task": "auto", "loss.cross_entropy.class_weights": [],
            "loss.smooth_l1.beta": 1, "initialiser.orthogonal.gain": 1, "loss.huber.delta": 1}
# Kind, then the defaults of its keys in order.
OPTIMIZER_DEFAULTS = {
    "adamw": [0.001, 0.9, 0.999, 1e-8, 0.01, False],
    "nadam": [0.002, 0.9, 0.999, 1e-8, 0, 0.004],
    "radam": [0.001, 0.9, 0.999, 1e-8, 0],
    "adamax": [0.002, 0.9, 0.999, 1e-8, 0],
    "rmsprop": [0.01, 0.99, 1e-8, 0, False, 0],
    "adagrad": [0.01, 0, 0, 1e-10, 0],
    "adadelta": [1, 0.9, 1e-6, 0],
    "asgd": [0.01, 1e-4, 0.75, 1e6, 0],
    "rprop": [0.01, 0.5, 1.2, 1e-6, 50],
    "lion": [1e-4, 0.9, 0.99, 0],
    "lbfgs": [1, 20, "auto", 1e-7, 1e-9, 100, "none"],
    "schedule_free_sgd": [1, 0.9, 0, 0, 2, 0],
    "schedule_free_adamw": [0.0025, 0.9, 0.999, 1e-8, 0, 0, 2, 0],
    "prodigy": [1, 1e-6, "auto", 0, 1, 0.9, 0.999, 1e-8, False],
}
DEFAULTS.update({f"optimizer.{kind}.{key}": default for kind, defaults in OPTIMIZER_DEFAULTS.items()
                 for key, default in zip(CONTRACT["optimizer"][kind], defaults)})


def test_catalogue():
    catalogue = json.loads(run("catalogue", "--json"))
    assert list(catalogue) == ["etude", "version", "groups"]
    found = {group["id"]: {kind["id"]: [param["key"] for param in kind["params"]] for kind in group["kinds"]}
             for group in catalogue["groups"]}
    assert found == CONTRACT, found
    met = set()
    for group in catalogue["groups"]:
        for kind in group["kinds"]:
            assert list(kind) == ["id", "label", "help", "source", "formula", "params"] and kind["help"]
            for param in kind["params"]:
                assert list(param) == ["key", "path", "label", "type", "default", "min", "min_open", "max", "max_open",
                                       "scale", "unit", "help", "auto", "choices"] and param["help"]
                name = f"{group['id']}.{kind['id']}.{param['key']}"
                if name in DEFAULTS:
                    met.add(name)
                    assert param["default"] == DEFAULTS[name], param
    assert met == set(DEFAULTS), set(DEFAULTS) - met


SECTIONS = {"layer": "network", "initialiser": "network", "metric": "loss", "warmup": "schedule"}
DEFAULT = re.compile(r"`(\w+)` (\"[^\"]*\"|-?[\d.]+(?:e-?\d+)?|true|false|auto)")


def read_value(text):
    """A default as the page writes it: .9 for 0.9, a word without quotes."""
    return json.loads(re.sub(r"^\.", "0.", text)) if text != "auto" else text


def test_contract_page():
    """docs/contract.md and the catalogue know the same kinds, keys and defaults"""
    sections, name = {}, ""
    with open(os.path.join(os.path.dirname(__file__), "..", "..", "docs", "contract.md"), encoding="utf-8") as page:
        for line in page:
            if line.startswith("#"):
                name = line.strip("# ").split()[0].rstrip(":")
            sections[name] = sections.get(name, "") + line
    groups = {group["id"]: {kind["id"]: {param["key"]: param["default"] for param in kind["params"]}
                            for kind in group["kinds"]} for group in json.loads(run("catalogue", "--json"))["groups"]}
    for group, kinds in groups.items():
        text = sections.get(SECTIONS.get(group, group))
        if text is None:
            continue
        for kind, params in kinds.items():
            assert group == "training" or re.search(rf"\b{kind}\b", text), (group, kind)
            for key in params:
                assert any(written in text for written in (f"`{key}`", f'"{key}"', f"**{key}**")), (group, kind, key)
    compared = 0
    for name, kinds in (("network", groups["layer"]), *((name, groups[name]) for name in ("dataset", "optimizer", "schedule"))):
        for row in re.findall(r"^\| (\w+) \| (.*) \| F \|$", sections[name], re.MULTILINE):
            assert row[0] in kinds, row
            for key, value in DEFAULT.findall(row[1]):
                assert kinds[row[0]][key] == read_value(value), (row[0], key, value)
                compared += 1
    assert compared > 20, compared


def learn(*settings):
    """Losses over the training part before and after a short run."""
    out = lines(run("train", "--json", "--no-store", "--every", "1000", "--set", "dataset.samples=200",
                    "--set", "optimizer=adam", "--set", "optimizer.lr=0.02", "--set", "training.epochs=20", *[s for setting in settings for s in ("--set", setting)]))
    assert out[-1]["outcome"] == "done", out[-1]
    return out[1]["train_loss"], out[-1]["train_loss"]


def test_activations_learn():
    """Each function of one number, alone and behind another."""
    kinds = [kind["id"] for group in json.loads(run("catalogue", "--json"))["groups"] if group["id"] == "layer"
             for kind in group["kinds"] if kind["source"].startswith("torch/nn/modules/activation.py")]
    assert len(kinds) == 15, kinds
    for kind in kinds:
        for layers in ([16, kind], [kind, 16, "tanh", kind]):
            layers = [{"kind": "dense", "units": layer} if isinstance(layer, int) else layer for layer in layers + ["dense"]]
            first, last = learn("network.layers=" + json.dumps(layers))
            assert last < 0.9 * first, (kind, first, last)


def test_initialisers_learn():
    for kind in CONTRACT["initialiser"]:
        first, last = learn("network.initialiser=" + kind)
        if kind == "zeros":
            assert math.isclose(first, math.log(2), rel_tol=1e-6) and last < first + 0.01, (kind, first, last)
        else:
            assert last < 0.7 * first, (kind, first, last)


def test_losses_learn():
    for kind in CONTRACT["loss"]:
        for reduction in ("mean", "sum"):
            first, last = learn("loss=" + kind, "loss.reduction=" + reduction)
            assert last < 0.9 * first, (kind, reduction, first, last)
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "a.csv")
        with open(file, "w", encoding="utf-8") as out:
            out.write("a,b\n" + "".join(f"{i},{i * i % 97 / 7}\n" for i in range(200)))
        numbers = ["--set", "dataset=file", "--set", "dataset.path=" + file, "--set", "dataset.task=regression", *SHORT]
        for kind in ("mse", "l1", "smooth_l1", "huber"):
            end = lines(run("train", "--json", "--no-store", *numbers, "--set", "loss=" + kind))[-1]
            assert end["outcome"] == "done" and list(end["metrics"]) == ["mae", "rmse", "r2"], end
        run("train", "--no-store", *numbers, "--set", "loss=hinge", status=1)
        assert "loss.kind: hinge needs classes" in run.stderr, run.stderr


def test_documentation():
    """docs/catalogue.md is what the program prints: etude-cli catalogue > docs/catalogue.md"""
    with open(os.path.join(os.path.dirname(__file__), "..", "..", "docs", "catalogue.md"), encoding="utf-8") as page:
        assert page.read() == run("catalogue")


if __name__ == "__main__":
    tap.main(globals())
