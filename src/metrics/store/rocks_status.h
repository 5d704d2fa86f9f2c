// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "bellrock/status.h"

namespace rocksdb {
class Status;
}

namespace bellrock::metrics::store {

// What RocksDB says, as ours: "write: IO error: No space left on device; ...". Inside of
// RocksStore.
Status FromRocks(const rocksdb::Status& status, std::string_view doing);

}  // namespace bellrock::metrics::store
