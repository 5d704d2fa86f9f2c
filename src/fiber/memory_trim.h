// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

// Gives memory back to the system that the allocator holds and nobody uses. What a burst needed,
// replies queued for slow readers for instance, would stay with the process for good: gperftools'
// allocator gives back only as it frees, and a quiet process frees little.
namespace bellrock::fiber {

// Free memory of this size stays, and besides a quarter of what is in use: the next burst finds it.
inline constexpr size_t kFreeBytesKept = size_t{16} << 20;
// At least so much goes at a time, and at most an eighth of what is too much: page faults later
// cost more than pages kept too long.
inline constexpr size_t kTrimBytesMin = size_t{4} << 20;

// How much to give back now; called about once a second. Pure.
size_t TrimBytes(size_t in_use_bytes, size_t free_bytes);

// Does it, for the whole process. Any thread; microseconds when there is nothing to do. Nothing
// happens without gperftools.
void TrimMemory();

}  // namespace bellrock::fiber
