// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace bellrock {

// Length of the well-formed UTF-8 sequence at the front of `text`, which is not empty; or 0.
size_t Utf8SequenceLength(std::string_view text);

// At most the first `bytes_max` bytes, with '?' for each byte that is no UTF-8: protobuf refuses a
// message with any other text.
std::string ToUtf8(std::string_view text, size_t bytes_max);

}  // namespace bellrock
