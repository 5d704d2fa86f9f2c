// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "bellrock/status.h"

namespace bellrock::log {

// A log file never grows beyond this: it then becomes path.1, that path.2, and so on.
inline constexpr size_t kLogFileBytesMax = 64 << 20;
inline constexpr size_t kLogFilesKept = 5;

// Lines go to the end of this file instead of stderr from now on. kUnavailable with the reason if
// it cannot be opened. Before the first thread starts.
Status ToFile(const std::string& path);

}  // namespace bellrock::log
