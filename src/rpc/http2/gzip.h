// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "bellrock/status.h"

// Messages packed as grpc-encoding: gzip has them. Pure.
namespace bellrock::rpc::http2 {

Result<std::string> Gzip(std::string_view bytes);
// kResourceExhausted once the result would be larger than that, however small the input; kInternal
// for what is no gzip.
Result<std::string> Gunzip(std::string_view packed, size_t bytes_max);

}  // namespace bellrock::rpc::http2
