# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""How long functions are: C++ by matching braces (an estimate), Python by its own parser."""

import ast
import re

_SCOPE = re.compile(r"\b(namespace|class|struct|union|enum|extern)\b")
_AFTER_PARAMETERS = re.compile(
    r"\)\s*(?:(?:const|noexcept|override|final|mutable|try|&&?)\s*(?:\([^()]*\))?\s*)*"
    r"(?:->[^;{}]*)?$"
)
_INITIALISERS = re.compile(r"\)[\w\s]*:(?!:).*$", re.DOTALL)
_TEMPLATE = re.compile(r"\btemplate\s*<")
_ACCESS = re.compile(r"\A\s*(?:(?:public|protected|private)\s*:(?!:)\s*)+")
_NAME = re.compile(r"([~\w:]+|operator\s*\S+)\s*\(")


def _without_templates(head):
    match = _TEMPLATE.search(head)
    if not match:
        return head
    depth = 0
    for at in range(match.end() - 1, len(head)):
        depth += {"<": 1, ">": -1}.get(head[at], 0)
        if depth == 0:
            return head[: match.start()] + _without_templates(head[at + 1 :])
    return head


def kind_of_block(head):
    """'function', 'scope' (holds functions) or 'value' (an initialiser), by the head."""
    head = _without_templates(head).strip()
    if _INITIALISERS.search(head):
        return "function" if head.endswith((")", "}")) else "value"
    if _AFTER_PARAMETERS.search(head) and not head.startswith("="):
        return "scope" if re.match(r"(?:alignas\s*\([^)]*\)\s*)?extern\b", head) else "function"
    return "scope" if _SCOPE.search(head) else "value"


def _blank_directives(code):
    """Preprocessor lines, with their continuations, hold no function that counts."""
    return re.sub(
        r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*",
        lambda m: "\n" * m.group(0).count("\n"),
        code,
        flags=re.MULTILINE,
    )


def cxx_functions(code):
    """(first line, last line, name) of each outermost function in blanked code."""
    code = _blank_directives(code)
    stack = []  # (kind, line of the head, name)
    head_start, line, found = 0, 1, []
    for at, char in enumerate(code):
        if char == "\n":
            line += 1
        elif char == "{":
            inside = any(kind == "function" for kind, _, _ in stack)
            head = "" if inside else _ACCESS.sub("", code[head_start:at])
            kind = "inner" if inside else kind_of_block(head)
            name = _NAME.search(_without_templates(head))
            first = line - head.lstrip().count("\n")
            stack.append((kind, first, name.group(1) if name else "?"))
            if kind != "value":
                head_start = at + 1
        elif char == "}" and stack:
            kind, first, name = stack.pop()
            if kind == "function":
                found.append((first, line, name))
            if kind != "value":
                head_start = at + 1
        elif char == ";" and not (stack and stack[-1][0] == "value"):
            head_start = at + 1
    return found


def python_functions(text):
    try:
        parsed = ast.parse(text)
    except SyntaxError:
        return []
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [(n.lineno, n.end_lineno, n.name) for n in ast.walk(parsed) if isinstance(n, kinds)]
