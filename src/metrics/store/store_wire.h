// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "bellrock/metrics/v1/store.pb.h"
#include "bellrock/status.h"
#include "metrics/store/store.h"

// How a store's shelves and blocks travel (proto/bellrock/metrics/v1/store.proto).
namespace bellrock::metrics::store {

v1::StoreShelf ToWire(const Shelf& shelf);
// kInvalidArgument names the field.
Result<Shelf> FromWire(const v1::StoreShelf& shelf);
Result<Grain> GrainFromWire(uint32_t grain);

}  // namespace bellrock::metrics::store
