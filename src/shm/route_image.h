// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "bellrock/status.h"

// The body of a table file that carries a routing table: bytes and layout, no policy.
// docs/spec/shm.md, "Route body".
namespace bellrock::shm {

inline constexpr uint32_t kRouteSlotsMax = 65536;

struct RouteSlot {
  uint32_t slot = 0;
  uint32_t generation = 0;
  uint32_t static_weight = 0;
  uint8_t availability = 0;  // 1 usable, 2 unreachable, 3 withheld
  uint8_t phase = 0;         // 1 open, 2 shielded, 3 trial, 4 recovering
  uint8_t level = 0;         // distance from the callers of this host: 0 near .. 3 far
  double dynamic_weight = 0;
  double share = 0;
  std::string address;
  std::string path;
  std::string site;
};

struct RouteImage {
  std::string service;
  std::string protection;
  uint64_t roster_generation = 0;
  std::vector<RouteSlot> slots;    // ascending
  std::vector<uint16_t> sequence;  // empty, or a power of two long; each one a slot listed above
  std::string plan;                // what else the writer says, of a form of its own; may be empty
};

std::vector<std::byte> EncodeRouteImage(const RouteImage& image);
// kDataLoss naming the field if anything is out of its range: the bytes come from another process.
Result<RouteImage> DecodeRouteImage(std::span<const std::byte> body);

}  // namespace bellrock::shm
