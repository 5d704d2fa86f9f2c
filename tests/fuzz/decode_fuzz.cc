// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Formats of our own that other processes or older versions wrote: routing tables in shared memory,
// naming's journal and snapshots. What a decoder accepts is in range and encodes to the same again.
#include <cmath>
#include <span>
#include <string>

#include "base/check.h"
#include "fuzz_input.h"
#include "naming/command.h"
#include "shm/route_image.h"

namespace bellrock {
namespace {

void CheckImage(const std::string& bytes) {
  const auto image = shm::DecodeRouteImage(std::as_bytes(std::span(bytes)));
  if (!image.ok()) return;
  uint32_t next = 0;
  for (const shm::RouteSlot& slot : image->slots) {
    BELLROCK_CHECK(slot.slot >= next && slot.slot < shm::kRouteSlotsMax, "slots ascend");
    next = slot.slot + 1;
    BELLROCK_CHECK(slot.availability >= 1 && slot.availability <= 3, "availability is known");
    BELLROCK_CHECK(slot.phase >= 1 && slot.phase <= 4, "phase is known");
    BELLROCK_CHECK(std::isfinite(slot.share) && std::isfinite(slot.dynamic_weight),
                   "weights are numbers");
  }
  const auto encoded = shm::EncodeRouteImage(*image);
  const auto again = shm::DecodeRouteImage(encoded);
  BELLROCK_CHECK(again.ok() && shm::EncodeRouteImage(*again) == encoded, "an image survives");
}

void CheckCommand(const std::string& bytes) {
  const auto command = naming::DecodeCommand(bytes);
  if (!command.ok()) return;
  const std::string encoded = naming::EncodeCommand(*command);
  const auto again = naming::DecodeCommand(encoded);
  BELLROCK_CHECK(again.ok() && naming::EncodeCommand(*again) == encoded, "a command survives");
}

void CheckSnapshotEntry(const std::string& bytes) {
  const auto entry = naming::DecodeSnapshotEntry(bytes);
  if (!entry.ok()) return;
  const std::string encoded = naming::EncodeSnapshotEntry(*entry);
  const auto again = naming::DecodeSnapshotEntry(encoded);
  BELLROCK_CHECK(again.ok() && naming::EncodeSnapshotEntry(*again) == encoded, "it survives");
}

}  // namespace
}  // namespace bellrock

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  bellrock::fuzz::Input input(data, size);
  const uint8_t choice = input.Byte() % 3;
  const std::string bytes = input.Rest();
  if (choice == 0) bellrock::CheckImage(bytes);
  if (choice == 1) bellrock::CheckCommand(bytes);
  if (choice == 2) bellrock::CheckSnapshotEntry(bytes);
  return 0;
}
