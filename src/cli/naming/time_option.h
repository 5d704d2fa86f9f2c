// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "bellrock/status.h"

// Moments and lengths of days as an operator writes them. Pure.
namespace bellrock::cli {

// "90s", "30m", "2h" or "3d" in milliseconds; at most 366 days. kInvalidArgument names the option.
Result<int64_t> ParseLengthMs(std::string_view option, std::string_view text);

// Unix milliseconds of "2026-11-22T14:00Z", "2026-11-22 14:00:30Z", "2026-11-22T14:00+08:00", or of
// a length from now on: "30m". kInvalidArgument names the option.
Result<int64_t> ParseMoment(std::string_view option, std::string_view text, int64_t now_ms);

}  // namespace bellrock::cli
