// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace bellrock::naming::replica {

// What a set of records adds up to: the sum modulo 2^128 of their XXH3 128-bit hashes, and their
// number. A sum does not depend on the order and takes an element back by subtraction, so that a
// change costs one addition per level and no re-hash of siblings. Two sets that differ have the
// same sum by accident once in 2^128. Somebody who may choose many records could construct a
// collision; what it would win him is that a difference which he made himself stays unrepaired
// until the next change under the same node, and the log still carries every change. Unlike XOR, a
// sum is not blind to the same hash twice.
struct Digest {
  uint64_t low = 0;
  uint64_t high = 0;
  uint64_t records = 0;

  Digest& operator+=(const Digest& other) {
    low += other.low;
    high += other.high + (low < other.low ? 1 : 0);
    records += other.records;
    return *this;
  }
  Digest& operator-=(const Digest& other) {
    high -= other.high + (low < other.low ? 1 : 0);
    low -= other.low;
    records -= other.records;
    return *this;
  }
  friend bool operator==(const Digest&, const Digest&) = default;
};

}  // namespace bellrock::naming::replica
