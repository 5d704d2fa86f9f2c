// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/client/error_types.h"

#include "metrics/bounds.h"

namespace bellrock::metrics::client {

bool ErrorTypes::Tell(std::string_view callee, std::string_view type) {
  auto service = by_callee_.find(callee);
  if (service == by_callee_.end()) {
    if (by_callee_.size() >= kErrorTypeServicesMax) return false;
    service = by_callee_.emplace(callee, Types()).first;
  }
  Types& types = service->second;
  if (types.contains(type)) return true;
  if (types.size() >= kErrorTypesMax) return false;
  types.emplace(type);
  return true;
}

}  // namespace bellrock::metrics::client
