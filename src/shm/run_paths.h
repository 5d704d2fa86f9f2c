// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bellrock/status.h"

// Where the shared files of a host lie, so that agent and applications find each other's.
// docs/spec/shm.md, "Places".
namespace bellrock::shm {

// OK for "line/service": two parts of 1..63 of [A-Za-z0-9._-], neither beginning with a dot;
// and for an alias, "modid:cmdid".
Status CheckServiceName(std::string_view service);

// <run>/routing/tables and <run>/routing/counters.
std::string TableDirectory(const std::string& run_directory);
std::string CounterDirectory(const std::string& run_directory);
// <run>/routing/tables/line+service.table
std::string TablePath(const std::string& run_directory, std::string_view service);
// <run>/routing/counters/line+service.<process>.<number>.counters
std::string CounterPath(const std::string& run_directory, std::string_view service,
                        uint32_t process, uint32_t number);
// <run>/routing/tables/line+service.cursors
std::string CursorPath(const std::string& run_directory, std::string_view service);
// OK if `path` is a counters file of this service directly in the counters directory.
Status CheckCounterPath(const std::string& run_directory, std::string_view service,
                        const std::string& path);

}  // namespace bellrock::shm
