// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace bellrock::metrics::query::promql {

// The shortest decimal text that is this number, without an exponent; "NaN", "+Inf", "-Inf".
std::string NumberText(double value);
// Unix seconds with up to three decimals.
std::string SecondsText(int64_t ms);

}  // namespace bellrock::metrics::query::promql
