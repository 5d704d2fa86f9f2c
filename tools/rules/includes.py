# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""Who may include whom: every #include "..." against tools/layers.txt."""

import posixpath
import re

from rules.tree import Finding

C_STANDARD = ("stddef.h", "stdint.h")  # for the headers that C programs include
LAYERS_FILE = "tools/layers.txt"
# What a test or micro benchmark that lies beside the sources may use on top of its folder's layers.
TEST_EXTRA = ("testing", "store", "rpc", "fiber")
FREE_FOLDERS = ("tests/", "bench/")
GENERATED = (".pb.h", ".bellrock.h")
_INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')


def read_layers(text):
    layers = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            name, _, allowed = line.partition(":")
            layers[name.strip()] = set(allowed.split())
    return layers


def layer_under_src(path, layers):
    """The layer of a path below src/: its longest folder with a line in layers.txt, or None."""
    folder = posixpath.dirname(path)
    while folder:
        if folder in layers:
            return folder
        folder = posixpath.dirname(folder)
    return None


def layer_of_file(path, layers):
    """'*' for files that may include anything, None for a folder of src/ without a line."""
    if path.startswith("include/"):
        return "include"
    if path.startswith("proto/"):
        return "proto"
    if path.startswith("src/"):
        return layer_under_src(path[len("src/") :], layers)
    return "examples" if path.startswith("examples/") else "*"


def layer_of_include(name, layers):
    if name.startswith(("bellrock/", "google/api/", "grpc/")):  # what proto/ and include/ hold
        return "proto" if name.endswith(GENERATED) else "include"
    return layer_under_src(name, layers)


def is_test(path):
    return path.endswith(("_test.cc", "_bench.cc", "_fuzz.cc"))


def allowed_layers(path, layer, layers):
    if layer == "examples":
        return {"include", "proto"}
    allowed = {layer} | layers.get(layer, set())
    return allowed | set(TEST_EXTRA) if is_test(path) else allowed


def includes_of(text):
    """(line number, name, quoted) of each #include."""
    for number, line in enumerate(text.splitlines(), 1):
        match = _INCLUDE.match(line)
        if match:
            yield number, match.group(1) or match.group(2), match.group(1) is not None


def _judge(tree, path, name, allowed, layers):
    """What is wrong with this quoted include, or None."""
    target = layer_of_include(name, layers)
    if target is None:
        beside = posixpath.normpath(posixpath.join(posixpath.dirname(path), name))
        if name.endswith(GENERATED) and path.startswith("examples/"):
            return None
        if "/" not in name or not tree.has_file("src/" + name):
            hint = f', write its path from src/: "{beside[4:]}"' if tree.has_file(beside) else ""
            return f'"{name}" is in no layer{hint or f" of {LAYERS_FILE}"}'
        return f'"{name}" lies in a folder without a line in {LAYERS_FILE}; add one'
    if target not in allowed:
        return (
            f'"{name}" is of layer {target}, which this file may not include ({LAYERS_FILE}); '
            "declare an interface here and let a product connect the two"
        )
    return None


def check(tree):
    layers = read_layers(tree.text(LAYERS_FILE))
    findings = []
    for path in tree.cxx():
        layer = layer_of_file(path, layers)
        if layer is None:
            what = f"no line in {LAYERS_FILE} covers this folder; add one"
            findings.append(Finding(path, 1, "includes", what))
            continue
        if layer == "*":
            continue
        allowed = allowed_layers(path, layer, layers)
        for number, name, quoted in includes_of(tree.code(path)):
            if quoted:
                what = _judge(tree, path, name, allowed, layers)
            else:
                foreign = name.endswith(".h") and name not in C_STANDARD
                outside = layer == "include" and ("/" in name or foreign)
                what = (
                    f"<{name}>: a public header includes the standard library only"
                    if outside
                    else None
                )
            if what:
                findings.append(Finding(path, number, "includes", what))
    return findings
