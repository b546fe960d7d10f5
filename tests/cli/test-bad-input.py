#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the command line says of input that makes no sense: one sentence with the file, the place,
what was found and what was expected; at once, in little memory, and with 1.

usage: test-bad-input.py ETUDE_CLI
"""
import os
import resource
import sys

sys.dont_write_bytecode = True
import tap

CLI = os.path.abspath(sys.argv[1])
MEMORY = 512 << 20
SECONDS = 5

IS_SANITIZED = tap.is_sanitized(CLI)


def limit():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def refused(folder, *arguments, status=1, **options):
    """The sentence, without the name of the program."""
    limits = {} if IS_SANITIZED else {"preexec_fn": limit}
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    out, said = tap.run(CLI, os.path.join(folder, "home"), *arguments, status=status, cwd=folder, **limits, **options)
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < SECONDS, arguments
    assert out == "" and said.startswith("etude-cli: ") and said.count("\n") == 1, (arguments, out, said)
    assert not os.path.exists(os.path.join(folder, "home", "etude")), "what is refused is not stored"
    return said[len("etude-cli: "):-1]


def write(folder, name, content):
    with open(os.path.join(folder, name), "wb") as file:
        file.write(content if isinstance(content, bytes) else content.encode())


TABLES = {
    "empty": (b"", "line 1: found an empty file, expected rows of cells"),
    "blank": (b"\n\n\n", "line 1: found an empty file, expected rows of cells"),
    "header": (b"a,b\n", "line 1: found only a header, expected rows below it"),
    "short": (b"a,b,c\n1,2,3\n4,5\n6,7,8\n", "line 3: found 2 cells, expected 3 as in line 1"),
    "long": (b"a,b,c\n1,2,3\n4,5,6\n4,5,6,7\n", "line 4: found 4 cells, expected 3 as in line 1"),
    "cut": (b"a,b,c\r\n1,2,3\r\n2,3,4\r\n3,4", "line 4: found 2 cells, expected 3 as in line 1"),
    "quote": (b'a,b\n1,"2\n2,3\n', "line 2: found a quote that is not closed before the end of the file, "
                                   "expected the quote that ends the cell"),
    "latin1": ("a,b\n1,u\n2,é\n".encode("latin-1"), "line 3: found bytes that are not UTF-8 in cell 2, expected text in UTF-8"),
    "utf16le": ("\ufeffa,b\n1,2\n".encode("utf-16-le"), "line 1: found text in UTF-16, expected UTF-8"),
    "utf16be": ("\ufeffa,b\n1,2\n".encode("utf-16-be"), "line 1: found text in UTF-16, expected UTF-8"),
    "nul": (b"a,b\n1,2\n2\x00,3\n", "line 3: found a NUL byte, expected text"),
    "infinite": (b"a,b\n1,2\n2,inf\n3,4\n", "line 3, column “b”: found “inf”, expected a finite number below 3.4e38"),
    "beyond": (b"a,b\n1,2\n1e39,3\n3,4\n", "line 3, column “a”: found “1e39”, expected a finite number below 3.4e38"),
    "nan": (b"a,y\nNaN,u\n,v\nNA,u\n", "column “a”: found 3 missing cells and no complete row among 3, expected at least one"),
    "one-class": (b"a,y\n1,u\n2,u\n3,u\n", "column “y”: found only the class “u”, expected at least two classes"),
    "one-column": (b"a\n1\n2\n3\n", "line 1: found one column, expected at least two: inputs and a target"),
    "cells": (b",".join([b"1"] * 1000000) + b"\n", "line 1: found more than 100000 cells, expected at most that many"),
    "row": (b"a,y\n1," + b"x" * (64 << 20) + b"\n", "line 2: found a row of more than 16 MiB, expected a shorter one"),
}


def test_tables(folder):
    """the same sentence from “data” and from “train”"""
    for name, (content, said) in TABLES.items():
        write(folder, name + ".csv", content)
        expected = f"{name}.csv: {said}"
        assert refused(folder, "data", name + ".csv", "--json") == expected, name
        assert refused(folder, "train", "--set", "dataset=file", "--set", f"dataset.path={name}.csv") == expected, name


def test_good_tables(folder):
    """what is unusual and yet makes sense"""
    for name, content in (("bom", b"\xef\xbb\xbfa,y\n1,2\n2,3\n3,5\n"), ("crlf", b"a,y\r\n1,2\r\n2,3\r\n3,5\r\n"),
                          ("cr", b"a,y\r1,2\r2,3\r3,5\r"), ("no-end", b"a,y\n1,2\n2,3\n3,5"), ("blank-end", b"a,y\n1,2\n2,3\n3,5\n\n\n"),
                          ("quotes", b'"a","y"\n"1","2"\n"2","3"\n"3","5"\n')):
        write(folder, name + ".csv", content)
        out, said = tap.run(CLI, folder, "data", name + ".csv", "--csv", cwd=folder)
        assert (out, said) == ("a,y\n1,2\n2,3\n3,5\n", ""), (name, out, said)


def test_hole(folder):
    """a line of 1 GB, of which almost nothing is on the disk"""
    with open(os.path.join(folder, "hole.csv"), "wb") as file:
        file.write(b"a,y\n1,")
        file.truncate(10 ** 9)
    assert refused(folder, "data", "hole.csv") == "hole.csv: line 2: found a NUL byte, expected text"


def test_no_file(folder):
    os.mkfifo(os.path.join(folder, "fifo"))
    os.mkdir(os.path.join(folder, "folder"))
    for name, found in (("./fifo", "found a device or pipe"), ("/dev/zero", "found a device or pipe"), ("folder", "found a folder"),
                        ("absent", "found no such file")):
        assert refused(folder, "data", name) == f"{name}: {found}, expected a CSV or IDX file"
        if name != "absent":
            for verb in ("train", "schedule"):
                assert refused(folder, verb, name) == f"{name}: {found}, expected a file"
    assert refused(folder, "train", "absent") == "absent: No such file or directory"


def test_no_permission(folder):
    os.chmod(folder, 0o755)
    for name in ("secret.csv", "secret.etude"):
        write(folder, name, "a")
        os.chmod(os.path.join(folder, name), 0)
    other = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
    try:
        assert refused(folder, "data", "secret.csv", **other) == (
            "secret.csv: found that it cannot be read (Permission denied), expected a CSV or IDX file")
        assert refused(folder, "train", "secret.etude", **other) == "secret.etude: Permission denied"
    except PermissionError:
        return "the program may not be run by another user"


DOCUMENTS = {
    "empty": (b"", "line 1, column 1: found the end of the file, expected a value"),
    "key": ('{"etude":1,"optimizer":{"kind":"sgd","rate":1}}', "optimizer: found the key “rate”, expected one of “lr”, “momentum”, "
                                                               "“dampening”, “nesterov”, “weight_decay”"),
    "type": ('{"etude":1,"optimizer":{"kind":"sgd","lr":"fast"}}',
             'optimizer.lr: found "fast", expected a number above 0 and at most 1000'),
    "nan": ('{"etude":1,\n"optimizer":{"kind":"sgd","lr":NaN}}', "line 2, column 32: found “N”, expected a value"),
    "infinite": ('{"etude":1,"training":{"seed":1e999}}', "line 1, column 31: found 1e999, expected a finite number"),
    "twice": ('{"etude":1,"optimizer":{"lr":1,"lr":2}}', "line 1, column 32: found “lr” for the second time, expected each key once"),
    "deep": ("[" * 100000, "line 1, column 65: found one more level of brackets, expected at most 64"),
    "units": ('{"etude":1,"network":{"layers":[{"kind":"dense","units":1000000000},"dense"]}}',
              "network.layers.0.units: found 1000000000, expected an integer from 1 to 1000000, or “auto”"),
    "newer": ('{"etude":2,"sound":[]}', "etude: found format 2, expected 1: the file was written by a newer Etude"),
    "utf16": ('{"etude":1}'.encode("utf-16"), "line 1: found the byte 0xff, expected UTF-8 text"),
    "nul": (b'{"etude":1,"name":"a\x00"}', "line 1: found the byte 0x00, expected UTF-8 text"),
    "large": (b" " * (9 << 20), "found 9437184 bytes, expected at most 8388608"),
    "layers": ('{"etude":1,"network":{"layers":[' + '"tanh",' * 100000 + '"dense"]}}',
               "network.layers: found 100001 elements, expected from 1 to 1000"),
    "samples": ('{"etude":1,"dataset":{"kind":"moons","samples":9007199254740991}}',
                "dataset.samples: found 9007199254740991, expected an integer from 2 to 10000000"),
    "epochs": ('{"etude":1,"training":{"epochs":9007199254740991}}',
               "training.epochs: found 9007199254740991, expected an integer from 1 to 1000000"),
    "integer": ('{"etude":1,"training":{"seed":9007199254740992}}',
                "line 1, column 31: found 9007199254740992, expected an integer up to 9007199254740991"),
}


def test_documents(folder):
    for name, (content, said) in DOCUMENTS.items():
        write(folder, name + ".etude", content)
        for verb in ("train", "schedule"):
            assert refused(folder, verb, name + ".etude") == f"{name}.etude: {said}", (name, verb)


def test_control_characters(folder):
    """what comes from a file does not reach the terminal as it is"""
    write(folder, "a.etude", '{"etude":1,"optimizer":"\\u001b[2J"}')
    said = refused(folder, "train", "a.etude")
    assert said.startswith(r'a.etude: optimizer: found "\u001b[2J", expected one of the kinds “sgd”, “adam”, '), said
    write(folder, "esc\x1b[2J.csv", "a,b\n1\n")
    assert refused(folder, "data", "esc\x1b[2J.csv") == "esc [2J.csv: line 2: found 1 cell, expected 2 as in line 1"


def test_settings(folder):
    for setting in ("optimizer.lr", "=1", "optimizer.lr=fast", "optimizer.lr=NaN", "optimizer.lr=1e999", "optimizer.lr=null", "optimizer.lr=",
                    "optimizer=[]", "optimizer.kind=1", "training.epochs=1.5", "training.seed=9007199254740992", "training.shuffle=1",
                    "network.layers.3=tanh", "network.layers.-1.units=3", "network.layers=[]", "network.layers.1.units=3", "etude=1",
                    "schedule.t_max=-1", "schedule.t_max=5 eggs", "schedule.t_max=nan%", "loss.class_weights=[1,\"a\"]",
                    "optimizer.lr=" + "[" * 100000, "schedule=plateux", "training.accumulate=0", "training.ema=1", "training.evaluate_every=0", "schedule.t_max=0", "schedule={\"kind\":\"step\",\"step_size\":\"0%\"}", "training.clip_norm=-1", "training.clip_norm_type=3", "training.early_stopping=5", "training.early_stopping.patience=-1", "schedule.cooldown=5", "schedule={\"kind\":\"sequence\",\"schedules\":[\"plateau\"]}",
                    "schedule={\"kind\":\"multistep\",\"milestones\":\"5\"}", "schedule={\"kind\":\"piecewise\",\"points\":[[1]]}",
                    "schedule={\"kind\":\"piecewise\",\"points\":[[1,-1]]}", "schedule={\"kind\":\"chained\",\"schedules\":[]}"):
        assert refused(folder, "train", "--set", setting, status=2).startswith("--set: "), setting


if __name__ == "__main__":
    tap.main(globals())
