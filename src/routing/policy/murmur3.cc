// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/policy/murmur3.h"

#include <bit>
#include <cstddef>

namespace bellrock::routing::policy {
namespace {

uint32_t ByteOf(std::string_view bytes, size_t k) {
  return static_cast<unsigned char>(bytes[k]);
}

// Four bytes, the first is the lowest; compilers make one load of it.
uint32_t WordOf(std::string_view bytes) {
  return ByteOf(bytes, 0) | ByteOf(bytes, 1) << 8 | ByteOf(bytes, 2) << 16 | ByteOf(bytes, 3) << 24;
}

// Up to three.
uint32_t RestOf(std::string_view bytes) {
  uint32_t word = 0;
  for (size_t k = bytes.size(); k > 0; --k) word = word << 8 | ByteOf(bytes, k - 1);
  return word;
}

uint32_t Scrambled(uint32_t word) {
  return std::rotl(word * 0xcc9e2d51U, 15) * 0x1b873593U;
}

}  // namespace

uint32_t Murmur3_32(std::string_view bytes, uint32_t seed) {
  const auto length = static_cast<uint32_t>(bytes.size());
  uint32_t hash = seed;
  for (; bytes.size() >= 4; bytes.remove_prefix(4)) {
    hash = std::rotl(hash ^ Scrambled(WordOf(bytes)), 13) * 5 + 0xe6546b64U;
  }
  hash ^= Scrambled(RestOf(bytes)) ^ length;  // a word of 0 scrambles to 0
  hash = (hash ^ hash >> 16) * 0x85ebca6bU;
  hash = (hash ^ hash >> 13) * 0xc2b2ae35U;
  return hash ^ hash >> 16;
}

}  // namespace bellrock::routing::policy
