// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/proxy/method_names.h"

#include <utility>

namespace bellrock::routing::proxy {

const MethodName* MethodNames::Find(const MethodName& name) const {
  const auto found = names_.find(name);
  return found == names_.end() ? nullptr : &found->second->name;
}

const MethodName* MethodNames::Learn(const MethodName& name) {
  if (const MethodName* known = Find(name)) return known;
  const bool fits = name.service.size() + name.method.size() <= kNameBytesMax;
  if (!fits || name.method.empty() || names_.size() >= kMax) return nullptr;
  auto kept = std::make_unique<Kept>(
      Kept{std::string(name.service), std::string(name.method), MethodName{}});
  kept->name = {kept->service, kept->method};
  const MethodName& key = kept->name;
  return &names_.emplace(key, std::move(kept)).first->second->name;
}

}  // namespace bellrock::routing::proxy
