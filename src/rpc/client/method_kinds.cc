// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/client/method_kinds.h"

#include <algorithm>

namespace bellrock::rpc {

MethodKinds::Method* MethodKinds::Find(std::string_view service, std::string_view method) {
  auto found = std::find_if(methods_.begin(), methods_.end(),
                            [&](const auto& each) { return each->Is(service, method); });
  if (found == methods_.end()) {
    if (methods_.size() >= kMethodsMax) return nullptr;
    methods_.push_back(std::make_unique<Method>(
        Method{.service = std::string(service), .method = std::string(method)}));
    found = methods_.end() - 1;
  }
  recent_[SlotOf(service, method)] = found->get();
  return found->get();
}

}  // namespace bellrock::rpc
