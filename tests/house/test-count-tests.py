#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sum that ./dev test ends with is honest: made-up logs against the line they must give."""
import json
import os
import subprocess
import sys
import tempfile

PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../build-aux/count-tests')


def entry(name, stdout='', result='OK', returncode=0, stderr=''):
    return {'name': name, 'stdout': stdout, 'stderr': stderr, 'result': result, 'returncode': returncode}


CASES = [
    ('subtests are counted one by one', [entry('a', '1..2\nok 1 /x\nok 2 /y\n')], '2 passed, 0 failed'),
    ('a plan at the end counts too', [entry('a', 'ok 1 /x\nok 2 /y\n1..2\n')], '2 passed, 0 failed'),
    ('a program without TAP is one test', [entry('a')], '1 passed, 0 failed'),
    ('a failed subtest', [entry('a', '1..2\nok 1 /x\nnot ok 2 /y\n', 'FAIL', 1)], '1 passed, 1 failed'),
    ('a skipped subtest', [entry('a', '1..2\nok 1 /x # SKIP no display\nok 2 /y\n')], '1 passed, 0 failed, 1 skipped'),
    ('a skipped program', [entry('a', '', 'SKIP', 77)], '0 passed, 0 failed, 1 skipped'),
    ('a crash in the middle', [entry('a', '1..5\nok 1 /x\nok 2 /y\n', 'ERROR', -11)], '2 passed, 3 failed'),
    ('a crash at the very end', [entry('a', '1..1\nok 1 /x\n', 'ERROR', -6)], '1 passed, 1 failed'),
    ('a crash before the plan', [entry('a', '', 'ERROR', -11)], '0 passed, 1 failed'),
    ('a stream without plan', [entry('a', 'ok 1 /x\n', 'ERROR', 0)], '1 passed, 1 failed'),
    ('bail out', [entry('a', '1..1\nok 1 /x\nBail out! disk\n', 'ERROR', 1)], '1 passed, 1 failed'),
    ('a timeout', [entry('a', '', 'TIMEOUT', -9)], '0 passed, 1 failed'),
    ('what is to do is not passed', [entry('a', '1..1\nnot ok 1 /x # TODO later\n')], '0 passed, 1 failed'),
    ('no test at all', [], '0 passed, 1 failed'),
    ('messages are no tests', [entry('a', '# ok 3\nok 1 /x\n  ok 2 /y\n1..1\n')], '1 passed, 0 failed'),
]


def main():
    print(f'1..{len(CASES) + 1}')
    failed = 0
    for number, (name, entries, expected) in enumerate(CASES, 1):
        with tempfile.NamedTemporaryFile('w', suffix='.json') as log:
            log.writelines(json.dumps(e) + '\n' for e in entries)
            log.flush()
            run = subprocess.run([sys.executable, PROGRAM, log.name], stdout=subprocess.PIPE, text=True, check=False)
        last = run.stdout.splitlines()[-1]
        good = last == expected and (run.returncode == 0) == (', 0 failed' in expected)
        if not good:
            print(f'# expected “{expected}”, found “{last}” with exit status {run.returncode}')
        print(f'{"ok" if good else "not ok"} {number} {name}')
        failed += not good
    run = subprocess.run([sys.executable, PROGRAM, '/nonexistent/log.json'], stdout=subprocess.PIPE, text=True,
                         check=False)
    good = run.returncode == 1 and run.stdout.splitlines()[-1] == '0 passed, 1 failed'
    print(f'{"ok" if good else "not ok"} {len(CASES) + 1} a log that is not there')
    return 1 if failed or not good else 0


if __name__ == '__main__':
    sys.exit(main())
