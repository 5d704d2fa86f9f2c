// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "rpc/client/call_kind.h"

namespace bellrock::rpc {

// The kinds of one client's successful calls, by method and instance (CallKinds). Instances are
// told apart by their shared name, which is kept, so that no other can take its address. Belongs to
// the client's loop.
class MethodKinds {
 public:
  static constexpr size_t kMethodsMax = 256;

  // nullptr beyond the bound of methods, and for an instance without a name: such calls are told in
  // full.
  CallKind* Of(std::string_view service, std::string_view method,
               const std::shared_ptr<const std::string>& instance) {
    if (instance == nullptr) return nullptr;
    Method* found = recent_[SlotOf(service, method)];
    if (found == nullptr || !found->Is(service, method)) [[unlikely]]
      found = Find(service, method);
    return found == nullptr ? nullptr : &found->kinds.Of(instance);
  }

 private:
  struct Method {
    std::string service, method;
    CallKinds<std::shared_ptr<const std::string>> kinds{};

    bool Is(std::string_view of, std::string_view name) const {
      return method == name && service == of;
    }
  };
  static constexpr size_t kRecent = 16;

  // Callers name a method by the same text again and again.
  static size_t SlotOf(std::string_view service, std::string_view method) {
    constexpr uint64_t kMix = 0x9e3779b97f4a7c15ull;
    const uint64_t at = reinterpret_cast<uintptr_t>(method.data()) * 3 +
                        reinterpret_cast<uintptr_t>(service.data());
    return (at * kMix) >> 60;
  }
  Method* Find(std::string_view service, std::string_view method);

  std::array<Method*, kRecent> recent_{};
  std::vector<std::unique_ptr<Method>> methods_;
};

}  // namespace bellrock::rpc
