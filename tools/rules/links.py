# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""Documents: links inside the project resolve, anchors exist, and each document has one title."""

import posixpath
import re
import urllib.parse

from rules.tree import Finding

_FENCE = re.compile(r"^\s*(```|~~~)")
_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*\s*$")
_INLINE = re.compile(r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
_REFERENCE = re.compile(r"^\s{0,3}\[[^\]]+\]:\s+<?(\S+?)>?(?:\s|$)")
_HTML = re.compile(r"""<(?:a|img|source)\b[^>]*?\b(?:href|src|srcset)=["']([^"']+)["']""")
_OUTSIDE = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def prose_lines(text):
    """(line number, line) outside of fenced code, inline code blanked."""
    fence = None
    for number, line in enumerate(text.splitlines(), 1):
        match = _FENCE.match(line)
        if match and fence in (None, match.group(1)):
            fence = None if fence else match.group(1)
        elif fence is None:
            yield number, re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", line)


def anchor(heading):
    """The anchor that GitHub makes of a heading."""
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    text = re.sub(r"[^\w\- ]", "", text.replace("`", ""), flags=re.UNICODE)
    return text.strip().lower().replace(" ", "-")


def headings(text):
    """(line number, level, heading) of each heading; inline code keeps its text."""
    plain = {number for number, _ in prose_lines(text)}
    for number, line in enumerate(text.splitlines(), 1):
        match = _HEADING.match(line) if number in plain else None
        if match:
            yield number, len(match.group(1)), match.group(2)


def anchors(text):
    found, seen = set(), {}
    for _, _, heading in headings(text):
        name = anchor(heading)
        count = seen.get(name, 0)
        seen[name] = count + 1
        found.add(f"{name}-{count}" if count else name)
    found.update(re.findall(r"""<a\s+(?:id|name)=["']([^"']+)["']""", text))
    return found


def links(text):
    for number, line in prose_lines(text):
        for pattern in (_INLINE, _REFERENCE, _HTML):
            for match in pattern.finditer(line):
                yield number, match.group(1)


def _judge(tree, path, link):
    """What is wrong with a link inside the project, or None."""
    target, _, fragment = urllib.parse.unquote(link).partition("#")
    if target.startswith("/"):
        return f"link '{link}' begins at the machine's root; write it from this document's folder"
    full = posixpath.normpath(posixpath.join(posixpath.dirname(path), target)) if target else path
    if full.startswith(".."):
        return f"link '{link}' leads out of the project"
    is_folder = full == "." or any(f.startswith(full + "/") for f in tree.files)
    if not tree.has_file(full) and not is_folder:
        return f"link '{link}': there is no file {full}"
    if fragment and full.endswith(".md") and fragment not in anchors(tree.text(full)):
        return f"link '{link}': {full} has no heading '{fragment}'"
    return None


def check(tree):
    findings = []
    for path in tree.with_suffix(".md"):
        text = tree.text(path)
        titles = [number for number, level, _ in headings(text) if level == 1]
        if len(titles) != 1:
            what = f"{len(titles)} titles ('# ...'); a document has exactly one"
            findings.append(Finding(path, titles[1] if len(titles) > 1 else 1, "links", what))
        for number, link in links(text):
            what = None if _OUTSIDE.match(link) else _judge(tree, path, link)
            if what:
                findings.append(Finding(path, number, "links", what))
    return findings
