# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""promtool and our parser take and refuse the same expressions."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).parent
OURS = pathlib.Path(os.environ["BELLROCK_BUILD"]) / "tests/interop/promql_syntax"
PROMTOOL = os.environ.get("PROMTOOL") or shutil.which("promtool")


def expressions():
    lines = (HERE / "promql/expressions.txt").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def refused_by_promtool(corpus):
    """The expressions it refuses, with what it says: each is the rule of a file of rules."""
    rules = [{"record": f"r{i}", "expr": expression} for i, expression in enumerate(corpus)]
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "rules.yml"
        # JSON is YAML, too.
        path.write_text(json.dumps({"groups": [{"name": "corpus", "rules": rules}]}))
        done = subprocess.run([PROMTOOL, "check", "rules", str(path)], capture_output=True,
                              text=True, timeout=60)
    said = re.findall(r'rule \d+, "r(\d+)": could not parse expression: (.*)',
                      done.stdout + done.stderr)
    return {corpus[int(number)]: why for number, why in said}


def refused_by_us(corpus):
    done = subprocess.run([OURS], input="".join(line + "\n" for line in corpus), text=True,
                          capture_output=True, timeout=60, check=True)
    answers = done.stdout.splitlines()
    assert len(answers) == len(corpus), done.stdout
    return {expression: answer for expression, answer in zip(corpus, answers) if answer != "ok"}


class SyntaxTest(unittest.TestCase):
    maxDiff = None

    def test_the_same_is_taken_and_refused(self):
        corpus = expressions()
        theirs, ours = refused_by_promtool(corpus), refused_by_us(corpus)
        self.assertGreater(len(theirs), 50, "promtool's answer was not understood")
        self.assertEqual({e: theirs[e] for e in theirs.keys() - ours.keys()}, {},
                         "only promtool refuses")
        self.assertEqual({e: ours[e] for e in ours.keys() - theirs.keys()}, {}, "only we refuse")

    def test_errors_say_where(self):
        for expression, answer in refused_by_us(expressions()).items():
            self.assertRegex(answer, r"^error: \d+:\d+: parse error: .{10}", expression)


if __name__ == "__main__":
    if PROMTOOL is None:
        print("skipped: promtool is not installed; ./run setup installs it")
        sys.exit(0)
    unittest.main()
