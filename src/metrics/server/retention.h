// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace bellrock::metrics::server {

// How long windows are kept, in seconds.
struct Retention {
  int64_t seconds = 3600;        // windows by the second
  int64_t minutes = 30 * 86400;  // windows by the minute
};

}  // namespace bellrock::metrics::server
