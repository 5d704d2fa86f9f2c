// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "metrics/unit.h"

// What the benchmarks of metrics count: a minute of calls to 200 services of 20 methods on 50 hosts
// in 4 sites, from 15 services on 20 hosts each; services, methods and callers by Zipf's law, one
// call in a thousand fails after a second. A host sends 3,333 calls a second; fewer calls than ten
// million are fewer seconds. The same for everyone from one seed.
namespace bellrock::bench {

struct SceneCall {
  uint16_t callee;
  uint8_t method;
  uint8_t host;
  uint8_t caller;
  uint16_t caller_host;  // over all callers
  uint8_t result;
  uint8_t second;
  uint32_t latency_us;
};

inline constexpr int64_t kSceneBegin = 1'700'000'040;  // a full minute
inline constexpr int kSceneSites = 4;

// In the order in which agents of the 50 hosts send them: by second, host, callee and the rest.
std::vector<SceneCall> MakeCalls(size_t size, metrics::Unit unit);

// The call's values in the order of the dimensions' numbers.
std::array<std::string, 9> ValuesOf(const SceneCall& call);

// Tables as agents send them, one for each host and second, encoded.
std::vector<std::string> EncodedTables(const std::vector<SceneCall>& calls);

}  // namespace bellrock::bench
