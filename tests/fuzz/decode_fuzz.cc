// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Routing tables in shared memory, which other processes or older versions wrote. What the decoder
// accepts is in range and encodes to the same again.
#include <cmath>
#include <span>
#include <string>

#include "base/check.h"
#include "fuzz_input.h"
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

}  // namespace
}  // namespace bellrock

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  bellrock::CheckImage(bellrock::fuzz::Input(data, size).Rest());
  return 0;
}
