// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/store/store_wire.h"

#include <fmt/format.h>

namespace bellrock::metrics::store {

v1::StoreShelf ToWire(const Shelf& shelf) {
  v1::StoreShelf wire;
  wire.set_grain(static_cast<uint32_t>(shelf.grain));
  wire.set_set(shelf.set);
  wire.set_callee(shelf.callee);
  return wire;
}

Result<Grain> GrainFromWire(uint32_t grain) {
  if (grain > static_cast<uint32_t>(Grain::kDay)) {
    return InvalidArgumentError(
        fmt::format("grain: {}; 0 is second, 1 minute, 2 hour, 3 day", grain));
  }
  return static_cast<Grain>(grain);
}

Result<Shelf> FromWire(const v1::StoreShelf& shelf) {
  BELLROCK_ASSIGN(const Grain grain, GrainFromWire(shelf.grain()));
  return Shelf{grain, shelf.set(), shelf.callee()};
}

}  // namespace bellrock::metrics::store
