// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <utility>

#include "fiber/disk_pool.h"

namespace bellrock::metrics::store {

// What `call` returns, run on a disk thread: it blocks, or packs and unpacks for long.
template <typename Call>
auto OnDiskThread(const Call& call) {
  std::optional<decltype(call())> result;
  fiber::RunOnDiskThread([&] { result.emplace(call()); });
  return *std::move(result);
}

}  // namespace bellrock::metrics::store
