// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace bellrock::routing::policy {

// MurmurHash3_x86_32 (Austin Appleby, public domain): what L5's ring is made with. Of little endian
// words on every machine. New things hash with XXH3.
uint32_t Murmur3_32(std::string_view bytes, uint32_t seed);

}  // namespace bellrock::routing::policy
