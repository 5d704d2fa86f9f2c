// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace bellrock::routing::policy {

// The place of a key, or of a member's path, among 2^64: the same on every host and in every
// release, for all callers must agree. XXH3.
uint64_t KeyHash(std::string_view text);

// How much a key prefers a member among members of equal weight.
uint64_t Preference(uint64_t key_hash, uint64_t member_hash);

// How much a key prefers a member (weighted rendezvous hashing: the highest score is the owner, and
// if it leaves only its own keys move). `weight` is not 0. With equal weights the same order as
// without them.
double Preference(uint64_t key_hash, uint64_t member_hash, double weight);

}  // namespace bellrock::routing::policy
