// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/store/rocks_status.h"

#include <fmt/format.h>
#include <rocksdb/status.h>

namespace bellrock::metrics::store {

Status FromRocks(const rocksdb::Status& status, std::string_view doing) {
  if (status.ok()) return Status::Ok();
  const std::string text = fmt::format("{}: {}", doing, status.ToString());
  if (status.IsNoSpace()) {
    return ResourceExhaustedError(text + "; make room on the disk or keep shorter");
  }
  if (status.IsCorruption()) {
    return DataLossError(text +
                         "; bring the directory back from a copy, or begin with an empty one");
  }
  if (status.IsNotFound()) return NotFoundError(text);
  return UnavailableError(text);
}

}  // namespace bellrock::metrics::store
