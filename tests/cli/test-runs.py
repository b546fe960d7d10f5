#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the verb “runs” promises: stored runs listed, compared, marked, deleted, taken out and in.

usage: test-runs.py ETUDE_CLI
"""
import json
import os
import re
import sqlite3
import sys

sys.dont_write_bytecode = True
import tap

CLI = sys.argv[1]
SHORT = ["--set", "training.epochs=3"]
KEYS = ["id", "number", "kind", "state", "name", "seed", "hash", "parent", "group", "steps", "epochs", "final", "best",
        "tags", "note", "colour", "started", "time"]


def run(home, *arguments, **options):
    return tap.run(CLI, home, *arguments, **options)


def out(home, *arguments, **options):
    """What a verb prints, when it has nothing to say beside it."""
    text, said = run(home, *arguments, **options)
    assert said == "", (arguments, said)
    return text


def runs(home, *options):
    return json.loads(out(home, "runs", "list", "--json", *options))


def refused(home, *arguments, status):
    """The sentence with which a verb fails; it prints nothing else."""
    text, said = run(home, *arguments, status=status)
    assert text == "" and said.startswith("etude-cli: ") and said.count("\n") == 1, (arguments, text, said)
    return said[len("etude-cli: "):-1]


def read(path, mode="r"):
    with open(path, mode) as file:
        return file.read()


def store_of(home):
    return os.path.join(home, "etude", "runs.db")


def two_runs(home):
    """Two runs with different documents; returns what training printed of them."""
    first = [json.loads(line) for line in out(home, "train", "--json", *SHORT).splitlines()]
    second = [json.loads(line) for line in out(home, "train", "--json", "--set", "training.epochs=2", "--set", "optimizer=adam",
                                               "--set", "name=A <b> “c”").splitlines()]
    return first, second


def test_empty(home):
    assert out(home, "runs", "list", "--json") == "[]\n"
    assert run(home, "runs", "list") == ("", "etude-cli: no run is kept so far: “etude-cli train” makes one\n")
    for arguments in (["show", "last"], ["show", "1"], ["delete", "last"], ["restore", "last"]):
        assert "found none" in refused(home, "runs", *arguments, status=1)
    assert out(home, "runs", "check") == f"{store_of(home)}: 0 runs, no damage\n"


def test_list(home):
    first, second = two_runs(home)
    found = runs(home)
    assert [list(each) for each in found] == [KEYS, KEYS], found
    assert [each["number"] for each in found] == [2, 1], "the newest comes first"
    for each, (start, *_, end) in zip(found, (second, first)):
        assert (each["id"], each["hash"], each["seed"]) == (start["run"], start["hash"], start["seed"])
        assert re.fullmatch("[0-9a-f]{16}", each["id"])
        assert (each["kind"], each["state"], each["parent"], each["group"]) == ("train", "done", None, None)
        assert (each["steps"], each["epochs"], each["best"]) == (end["steps"], end["epochs"], end["best"])
        assert each["final"] == {key: end[key] for key in ("loss", "validation_loss", "metrics")}
        assert (each["tags"], each["note"], list(each["time"])) == ([], "", ["seconds"])
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", each["started"]), each["started"]
    assert [each["name"] for each in found] == ["A <b> “c”", "Moons"]
    assert [each["colour"] for each in found] == ["#a43706", "#3584e4"]
    table = out(home, "runs", "list").splitlines()
    assert len(table) == 3 and table[1].startswith("2 ") and found[0]["id"][:8] in table[1] and "A <b> “c”" in table[1]


def test_show(home):
    first, second = two_runs(home)
    shown = json.loads(out(home, "runs", "show", "1", "--json"))
    assert list(shown) == KEYS + ["document", "marks", "series"]
    assert {key: shown[key] for key in KEYS} == runs(home)[1]
    assert shown["marks"] == []
    assert shown["document"]["training"]["steps"] == "auto", "the document as it was written, not as it was resolved"
    series = {each["name"]: each["points"] for each in shown["series"]}
    assert list(series) == ["loss", "lr", "train_loss", "validation_loss", "accuracy", "balanced_accuracy", "f1", "auc"]
    steps = [line for line in first if line["type"] == "step"]
    evaluations = [line for line in first if line["type"] == "evaluation"]
    assert series["loss"] == [[line["step"], line["loss"]] for line in steps]
    assert series["lr"] == [[line["step"], line["lr"]] for line in steps]
    assert series["train_loss"] == [[line["step"], line["train_loss"]] for line in evaluations]
    assert series["validation_loss"] == [[line["step"], line["validation_loss"]] for line in evaluations]
    for metric in ("accuracy", "balanced_accuracy", "f1", "auc"):
        assert series[metric] == [[line["step"], line["metrics"][metric]] for line in evaluations], metric
    text = out(home, "runs", "show", "last")
    assert second[0]["run"] in text and '"kind": "adam"' in text


def test_effective_rate(home):
    """what an optimizer chooses is printed, stored, and in what is taken out and in"""
    lines = [json.loads(line) for line in out(home, "train", "--json", *SHORT, "--set", "optimizer=prodigy").splitlines()]
    steps = [line for line in lines if line["type"] == "step"]
    assert list(steps[0]) == ["type", "seed", "step", "epoch", "lr", "effective_lr", "loss"], steps[0]
    assert steps[0]["effective_lr"] == 1e-6 < steps[-1]["effective_lr"]
    file = os.path.join(home, "prodigy.etude-runs")
    out(home, "runs", "export", "last", "-o", file)
    other = os.path.join(home, "other")
    out(other, "runs", "import", file)
    for place in (home, other):
        shown = json.loads(out(place, "runs", "show", "last", "--json"))
        series = {each["name"]: each["points"] for each in shown["series"]}
        assert list(series)[:6] == ["loss", "lr", "effective_lr", "train_loss", "validation_loss", "accuracy"]
        assert series["effective_lr"] == [[line["step"], line["effective_lr"]] for line in steps]


def test_measured_rate(home):
    """the mean rate of Adam's weights stands with the evaluations, from the first update on"""
    lines = [json.loads(line) for line in out(home, "train", "--json", *SHORT, "--set", "optimizer=adam").splitlines()]
    evaluations = [line for line in lines if line["type"] == "evaluation"]
    assert list(evaluations[0])[:6] == ["type", "seed", "step", "epoch", "effective_lr", "train_loss"], evaluations[0]
    assert evaluations[0]["effective_lr"] is None and all(line["effective_lr"] > 0 for line in evaluations[1:])
    assert all("effective_lr" not in line for line in lines if line["type"] == "step")
    shown = json.loads(out(home, "runs", "show", "last", "--json"))
    series = {each["name"]: each["points"] for each in shown["series"]}
    assert series["effective_lr"] == [[line["step"], line["effective_lr"]] for line in evaluations[1:]]


def test_names(home):
    """a run is named by a number, by a prefix that only one has, or by “last”"""
    two_runs(home)
    last, first = (each["id"] for each in runs(home))
    for name, wanted in (("1", first), ("2", last), ("last", last), (first, first), (first.upper(), first), (last[:9], last)):
        assert json.loads(out(home, "runs", "show", name, "--json"))["id"] == wanted, name
    with sqlite3.connect(store_of(home)) as db:
        db.execute("UPDATE runs SET id = 'abcd' || substr (id, 5)")
    assert refused(home, "runs", "show", "abc", status=1) == "run “abc”: found 2 runs whose ids begin so, expected one"
    for name in ("3", "ffff", "", "first", "0", "-1.5", "99999999999999999999", "%", "a\nb"):
        said = refused(home, "runs", "show", "--", name, status=1)
        assert "found none with this id or number" in said, said


def test_diff(home):
    two_runs(home)
    found = json.loads(out(home, "runs", "diff", "1", "last", "--json"))
    assert [list(each) for each in found] == [["path", "a", "b"]] * len(found)
    values = {each["path"]: (each["a"], each["b"]) for each in found}
    assert values["name"] == ("", "A <b> “c”")
    assert values["optimizer.kind"] == ("sgd", "adam")
    assert values["optimizer.lr"] == (0.1, 0.001)
    assert values["optimizer.momentum"] == (0.9, None)
    assert values["optimizer.amsgrad"] == (None, False)
    assert values["training.epochs"] == (3, 2)
    assert "training.seed" not in values and "dataset.noise" not in values
    swapped = json.loads(out(home, "runs", "diff", "2", "1", "--json"))
    assert {each["path"]: (each["b"], each["a"]) for each in swapped} == values
    assert out(home, "runs", "diff", "1", "1", "--json") == "[]\n"
    assert "optimizer.lr" in out(home, "runs", "diff", "1", "2")
    assert run(home, "runs", "diff", "1", "1")[0] == ""


def test_tag(home):
    out(home, "train", *SHORT)
    assert out(home, "runs", "tag", "1", "good", "a b") == ""
    out(home, "runs", "tag", "last", "ä", "good")
    assert runs(home)[0]["tags"] == ["good", "a b", "ä"]
    assert "good, a b, ä" in out(home, "runs", "list")
    out(home, "runs", "tag", "--remove", "1", "a b", "absent")
    assert runs(home)[0]["tags"] == ["good", "ä"]
    out(home, "runs", "tag", "-r", "1", "good", "ä")
    assert runs(home)[0]["tags"] == []
    for tag in ("", "a\nb"):
        refused(home, "runs", "tag", "1", tag, status=2)
    assert runs(home)[0]["tags"] == []


def test_delete_and_restore(home):
    two_runs(home)
    out(home, "runs", "tag", "1", "kept")
    before = runs(home)
    shown = out(home, "runs", "show", "1", "--json")
    assert out(home, "runs", "delete", "1", before[1]["id"]) == "", "the same run twice is one"
    assert runs(home) == before[:1] and runs(home, "--deleted") == before[1:]
    refused(home, "runs", "show", "1", status=1)
    refused(home, "runs", "delete", "1", status=1)
    refused(home, "runs", "delete", "2", "1", status=1)
    assert runs(home) == before[:1], "none goes where one of them is not found"
    with sqlite3.connect(store_of(home)) as db:
        db.execute("UPDATE runs SET id = '1' || substr (id, 2) WHERE number = 2")
    refused(home, "runs", "delete", "1", status=1)
    before[0]["id"] = "1" + before[0]["id"][1:]
    assert runs(home) == before[:1], "a number that was given names no other run, though its id begins so"
    refused(home, "runs", "restore", "2", status=1)
    out(home, "runs", "restore", before[1]["id"][:12])
    assert runs(home) == before and out(home, "runs", "show", "1", "--json") == shown
    out(home, "runs", "delete", "1", "2")
    out(home, "train", *SHORT)
    assert runs(home)[0]["number"] == 3, "a number is given once"
    out(home, "runs", "restore", "last")
    assert [each["number"] for each in runs(home)] == [3, 2]


def test_vacuum(home):
    out(home, "train")
    out(home, "train")
    size = os.path.getsize(store_of(home))
    out(home, "runs", "delete", "1", "2")
    assert out(home, "runs", "vacuum") == ""
    assert runs(home, "--deleted") == [] and os.path.getsize(store_of(home)) < size
    refused(home, "runs", "restore", "1", status=1)


def test_export_csv(home):
    """the bytes that training printed, of one seed, of several and of a run that diverged"""
    file = os.path.join(home, "a.csv")
    printed = out(home, "train", "--csv", "--seeds", "2", "--set", "dataset.test=0.1", *SHORT)
    assert out(home, "runs", "export", "1", "2", "-o", file) == "" and read(file) == printed
    printed = out(home, "train", "--csv", "--set", "dataset.validation=0", *SHORT)
    out(home, "runs", "export", "last", "-o", file)
    assert read(file) == printed and printed.splitlines()[-1].endswith(",,")
    table = os.path.join(home, "line.csv")
    with open(table, "w") as data:
        data.write("x,y\n" + "".join(f"{i / 10},{i / 5 + 0.5}\n" for i in range(100)))
    printed = out(home, "train", "--csv", "--set", "dataset=file", "--set", f"dataset.path={table}", "--set", "loss=mse",
                  "--set", "optimizer.lr=1000", "--set", "network.layers.1=relu", *SHORT, status=3)
    out(home, "runs", "export", "last", "-o", file)
    assert read(file) == printed
    out(home, "runs", "export", "1", "last", "-o", file)
    lines = read(file).splitlines()
    assert lines[0] == "seed,step,epoch,lr,loss,validation_loss,accuracy,balanced_accuracy,f1,auc,mae,rmse,r2"
    assert all(line.count(",") == 12 for line in lines)


def test_export_long(home):
    """a series that was too long to be kept whole: every evaluation is there, and every row in order"""
    run(home, "train", "--set", "dataset.samples=64", "--set", "network.layers=[\"dense\"]", "--set", "training.steps=70000",
        "--set", "training.batch_size=16")
    file = os.path.join(home, "a.csv")
    out(home, "runs", "export", "1", "-o", file)
    rows = [line.split(",") for line in read(file).splitlines()[1:]]
    steps = [int(row[1]) for row in rows]
    shown = json.loads(out(home, "runs", "show", "1", "--json"))
    series = {each["name"]: each["points"] for each in shown["series"]}
    assert steps == sorted(set(steps)) and steps[0] == 0 and 30000 < len(series["loss"]) <= 65536
    assert [[int(row[1]), float(row[4])] for row in rows if row[4] != ""] == series["loss"]
    assert [[int(row[1]) + 1, float(row[5])] for row in rows if row[5] != ""] == series["validation_loss"][1:]
    assert all(float(row[2]) == int(row[1]) / 3 and row[3] != "" for row in rows)


def test_export_json(home):
    two_runs(home)
    file = os.path.join(home, "a.json")
    out(home, "runs", "export", "1", "-o", file)
    assert read(file) == out(home, "runs", "show", "1", "--json")
    out(home, "runs", "export", "2", "1", "2", "-o", file)
    assert [each["number"] for each in json.loads(read(file))] == [2, 1]


def test_exchange(home):
    """runs go from one home to another, keep what they are, and come once"""
    first, second = two_runs(home)
    out(home, "runs", "tag", "1", "kept")
    other, file = os.path.join(home, "other"), os.path.join(home, "a.etude-runs")
    out(other, "train", *SHORT)
    out(home, "runs", "export", "1", "2", "-o", file)
    ids = [first[0]["run"], second[0]["run"]]
    assert out(other, "runs", "import", file).split() == ids
    assert [each["number"] for each in runs(other)] == [3, 2, 1]
    for name, here in (("2", "1"), ("3", "2")):
        there = json.loads(out(other, "runs", "show", name, "--json"))
        expected = json.loads(out(home, "runs", "show", here, "--json"))
        expected["number"] = int(name)
        assert there == expected
    text, said = run(other, "runs", "import", file)
    assert text == "" and said == "etude-cli: 2 runs were here already and are left as they are\n"
    assert len(runs(other)) == 3
    assert out(home, "runs", "export", ids[1], "-o", file) == "", "a file that is there is replaced"
    assert out(os.path.join(home, "third"), "runs", "import", file).split() == ids[1:]


def test_import_refused(home):
    out(home, "train", *SHORT)
    bad = os.path.join(home, "bad.etude-runs")
    for content in (b"", b"x" * 5000, b"SQLite format 3\0" + b"x" * 5000):
        with open(bad, "wb") as file:
            file.write(content)
        assert refused(home, "runs", "import", bad, status=1).startswith(bad + ": ")
        assert read(bad, "rb") == content, "a file of others is never changed"
    out(home, "runs", "export", "1", "-o", bad)
    os.truncate(bad, os.path.getsize(bad) // 2)
    assert refused(home, "runs", "import", bad, status=1).startswith(bad + ": ")
    fifo = os.path.join(home, "fifo")
    os.mkfifo(fifo)
    for name in (home, fifo, "/dev/zero", os.path.join(home, "absent")):
        assert refused(home, "runs", "import", name, status=1).startswith(name + ": ")
    assert len(runs(home)) == 1


def test_check(home):
    two_runs(home)
    assert out(home, "runs", "check") == f"{store_of(home)}: 2 runs, no damage\n"
    with sqlite3.connect(store_of(home)) as db:
        db.execute("UPDATE documents SET text = '{' WHERE run = 1")
        db.execute("UPDATE chunks SET data = x'00' WHERE series = (SELECT min(number) FROM series WHERE run = 2)")
    text, said = run(home, "runs", "check", status=1)
    assert len(text.splitlines()) == 2 and "run 1" in text and "run 2" in text, text
    assert said == f"etude-cli: {store_of(home)}: found damage in 2 places, expected none\n"
    assert refused(home, "runs", "show", "1", status=1).startswith(f"{store_of(home)}: run 1: ")


def test_check_damaged(home):
    """a file that cannot be read is kept under another name, and that is said"""
    out(home, "train", *SHORT)
    with open(store_of(home), "r+b") as file:
        file.seek(100)
        file.write(b"\xff" * 8000)
    damaged = read(store_of(home), "rb")
    said = refused(home, "runs", "check", status=1)
    assert said.startswith(store_of(home) + ": ") and "damaged" in said, said
    kept = [name for name in os.listdir(os.path.join(home, "etude")) if ".damaged-" in name and not name.endswith("-wal")]
    assert len(kept) == 1 and kept[0] in said and read(os.path.join(home, "etude", kept[0]), "rb") == damaged
    assert runs(home) == []
    for content in (b"not a store", ):
        with open(store_of(home), "wb") as file:
            file.write(content)
        text, said = run(home, "train", "--csv", *SHORT)
        assert text.startswith("seed,") and "damaged" in said and len(runs(home)) == 1


def test_usage(home):
    out(home, "train", *SHORT)
    file = os.path.join(home, "a.csv")
    for arguments in ([], ["nothing"], ["list", "x"], ["list", "--nothing"], ["show"], ["show", "1", "2"], ["diff", "1"],
                      ["diff", "1", "2", "3"], ["tag"], ["tag", "1"], ["delete"], ["restore"], ["check", "x"], ["vacuum", "x"],
                      ["import"], ["import", "a", "b"], ["export"], ["export", "1"], ["export", "-o", file],
                      ["export", "1", "-o", "a.png"], ["export", "1", "-o", "csv"]):
        refused(home, "runs", *arguments, status=2)
    for arguments in (["diff", "1", "none"], ["tag", "none", "x"], ["export", "none", "-o", file],
                      ["export", "1", "-o", os.path.join(home, "absent", "a.csv")],
                      ["export", "1", "-o", os.path.join(home, "absent", "a.etude-runs")]):
        refused(home, "runs", *arguments, status=1)
    assert not os.path.exists(file) and len(runs(home)) == 1
    for verb in ("list", "show", "diff", "tag", "delete", "restore", "check", "vacuum", "import", "export"):
        assert verb in out(home, "runs", "--help")
        assert f"etude-cli runs {verb}" in out(home, "runs", verb, "--help"), verb
    assert "runs" in out(home, "--help")


def test_full_disk(home):
    if not os.path.exists("/dev/full"):
        return "there is no /dev/full"
    out(home, "train", *SHORT)
    for arguments in (["runs", "list"], ["runs", "show", "1", "--json"], ["catalogue"], ["schedule"], ["data", "iris", "--csv"]):
        with open("/dev/full", "w") as full:
            done = tap.subprocess.run([CLI, *arguments], stdout=full, stderr=tap.subprocess.PIPE,
                                      env=dict(os.environ, XDG_DATA_HOME=home, LC_ALL="C.UTF-8"))
        assert done.returncode == 1, arguments
        assert done.stderr == b"etude-cli: standard output: not everything could be written\n", done.stderr


if __name__ == "__main__":
    tap.main(globals())
