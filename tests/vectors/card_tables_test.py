#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""Reads the columns and the coded rows of docs/spec/card.md with nothing but that page and the
standard library, and compares them with card_tables.json. Unpacking zstd and checksums are left to
others: Python has none."""

import collections
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


class Model:
    def __init__(self):
        self.zero, self.seen = 32768, 2

    def learn(self, bit):
        step = 65536 // self.seen
        self.zero += -(self.zero * step >> 16) if bit else (65536 - self.zero) * step >> 16
        self.seen = min(self.seen + 1, 32)


class Coded:
    def __init__(self, content):
        self.content, self.at = content, 0
        self.range, self.code = 2**32 - 1, 0
        self.models = collections.defaultdict(Model)
        for _ in range(4):
            self.next()

    def next(self):
        byte = self.content[self.at] if self.at < len(self.content) else 0
        self.code = self.code << 8 | byte
        self.at += 1

    def shift(self):
        while self.range < 2**24:
            self.range <<= 8
            self.next()

    def likely(self, *sort):
        model = self.models[sort]
        zeros = (self.range >> 16) * model.zero
        bit = int(self.code >= zeros)
        self.code -= bit * zeros
        self.range = self.range - zeros if bit else zeros
        model.learn(bit)
        self.shift()
        return bit

    def even(self, count):
        self.range >>= count
        bits = self.code // self.range
        self.code -= bits * self.range
        self.shift()
        return bits

    def number(self, kind):
        if not self.likely(kind, "some"):
            return 0
        before = 1
        for _ in range(6):
            before = before << 1 | self.likely(kind, "length", before)
        length = before - 64
        if length < 2:
            return 1
        number, left = 2 | self.likely(kind, "below", length), length - 2
        while left > 0:
            number = number << min(left, 16) | self.even(min(left, 16))
            left -= 16
        return number


def read_version_2(content, new_keys, names, session):
    """`new_keys` are the columns of the table of new keys, unpacked; `session` the keys known."""
    columns = Columns(content[:-4])
    if columns.bytes(4) != b"BCT\x02":
        raise ValueError("not of version 2")
    known = columns.varint()
    if known > len(session):
        raise LookupError("keys that were never sent")
    if columns.bytes(columns.varint()):
        del session[known:]
        session += [row["key"] for row in read(new_keys, names)["rows"]]
    runs, second = [], 0
    for _ in range(columns.varint()):
        second += columns.zigzag()
        runs.append((second, columns.varint()))
    coded, rows = Coded(columns.content[columns.at:]), []
    for second, size in runs:
        key = -1
        for _ in range(size):
            key += 1 + coded.number("key")
            latency, card = 0, []
            for i in range(coded.number("size")):
                latency += coded.number("gap" if i else "first")
                card.append([latency, coded.number("count") + 1])
            rows.append({"key": session[key], "second": second, "buckets": card})
    if coded.at != len(coded.content) + 3:
        raise ValueError("cut off, or something follows")
    return rows


def main():
    vectors = json.loads(VECTORS.read_text())
    names, keys = [], []
    for vector in vectors["version_2"]:
        rows = read_version_2(bytes.fromhex(vector["bytes"]), bytes.fromhex(vector["new_keys"]),
                              names, keys)
        assert rows == vector["rows"], f"{vector['name']}: {rows}"
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
    read_ones = len(vectors["tables"]) + len(vectors["version_2"])
    print(f"{read_ones} tables read, {len(vectors['refused'])} refused")


if __name__ == "__main__":
    main()
