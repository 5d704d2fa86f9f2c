// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

// Quota per period, handed out interleaved and never in bursts (ZY-022). The quotas become a
// sequence of instances that each caller walks round and round: a pick is "the next element". Pure
// functions.
namespace bellrock::routing {

inline constexpr size_t kInstancesMax = 65536;  // of one service; an instance's slot fits 16 bits
inline constexpr size_t kSequenceMin = 256;
inline constexpr size_t kSequenceMax = 2 * kInstancesMax;

// Length of the sequence for `instances` with a share: a power of two, about 8 elements each up to
// 8192, and never fewer than 2 each. 0 for none.
size_t SequenceLength(size_t instances);

// Splits `length` by weight, largest remainder first. Every positive weight gets at least 1 (the
// probe share); the sum is `length`, or 0 if no weight is positive. At most `length` weights may be
// positive.
std::vector<uint32_t> AllotQuota(std::span<const double> weights, size_t length);

// The same for shares of several places: each place gets its part of the sequence first, so that a
// place with a small share and many instances gets no more than that. Where a place has fewer
// elements than instances, some of them get one and the others none; which ones depends on `salt`,
// another one for each caller. `places[k]` is the place of instance k. The sum is a power of two,
// or 0 if no share is positive.
std::vector<uint32_t> AllotByPlace(std::span<const double> shares, std::span<const uint16_t> places,
                                   uint32_t salt);

// Element k occurs quotas[k] times, evenly spaced.
std::vector<uint16_t> Interleave(std::span<const uint32_t> quotas);

}  // namespace bellrock::routing
