#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""Reads the columns of docs/spec/card.md with nothing but that page and the standard library, and
compares them with card_tables.json. Unpacking zstd is left to others: Python has none."""

import json
import pathlib

VECTORS = pathlib.Path(__file__).parent / "card_tables.json"
DIMENSIONS = ["callee", "method", "callee_host", "callee_site", "caller", "caller_host",
              "caller_site", "result", "side"]
COUNT_MAX = 2**32 - 1


class Columns:
    def __init__(self, content):
        self.content, self.at = content, 0

    def bytes(self, size):
        self.at += size
        if self.at > len(self.content):
            raise ValueError("cut off")
        return self.content[self.at - size:self.at]

    def varint(self):
        value, shift, byte = 0, 0, 0x80
        while byte >= 0x80:
            byte = self.bytes(1)[0]
            value |= (byte & 0x7F) << shift
            shift += 7
        if value >= 2**64:
            raise ValueError("longer than 64 bits")
        return value

    def zigzag(self):
        value = self.varint()
        return (value >> 1) ^ -(value & 1)

    def sums(self, count):
        """`count` numbers, each written as its difference from the one before."""
        values, value = [], 0
        for _ in range(count):
            value = (value + self.zigzag() + 2**63) % 2**64 - 2**63
            values.append(value)
        return values


def read_names(columns, session):
    count, base = columns.varint(), columns.varint()
    if base > len(session):
        raise LookupError("names that were never sent")
    references, reference = [], -1
    for _ in range(count):
        reference = reference + 1 + columns.zigzag() if base else base
        references.append(reference)
    lengths = [columns.varint() for reference in references if reference == base]
    fresh = [columns.bytes(length).decode() for length in lengths]
    del session[base:]
    session += fresh
    news = iter(fresh)
    names = [next(news) if reference == base else session[reference] for reference in references]
    if len(set(names)) < count:
        raise ValueError("a name twice")
    return names


def read_cards(columns, rows):
    sizes = [columns.varint() for _ in range(rows)]
    cards = []
    for size in sizes:
        latency, card = 0, []
        for _ in range(size):
            latency += columns.varint()
            card.append([latency, 0])
        cards.append(card)
    for card in cards:
        for i, bucket in enumerate(card):
            bucket[1] = columns.varint() + 1
            continued = i > 0 and card[i - 1][0] == bucket[0]
            if continued and card[i - 1][1] != COUNT_MAX or max(bucket) > COUNT_MAX:
                raise ValueError("no card")
    return cards


def read(content, session):
    columns = Columns(content)
    dimensions = [DIMENSIONS[columns.varint()] for _ in range(columns.varint())]
    if len(set(dimensions)) < len(dimensions):
        raise ValueError("a dimension twice")
    names = read_names(columns, session)
    rows = columns.varint()
    keys = [columns.sums(rows) for _ in dimensions]
    seconds = columns.sums(rows)
    cards = read_cards(columns, rows)
    if columns.at != len(content):
        raise ValueError("something follows")
    return {"dimensions": dimensions, "names": names,
            "rows": [{"key": [names[key[row]] for key in keys], "second": seconds[row],
                      "buckets": cards[row]} for row in range(rows)]}


def main():
    vectors = json.loads(VECTORS.read_text())
    session = []
    for vector in vectors["tables"]:
        table = read(bytes.fromhex(vector["columns"]), session if vector["session"] else [])
        assert table == vector["table"], f"{vector['name']}: {table}"
    for vector in vectors["refused"]:
        try:
            read(bytes.fromhex(vector["columns"]), [])
        except (ValueError, LookupError):
            continue
        raise AssertionError(f"{vector['name']}: was not refused")
    print(f"{len(vectors['tables'])} tables read, {len(vectors['refused'])} refused")


if __name__ == "__main__":
    main()
