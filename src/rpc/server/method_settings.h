// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "bellrock/call_policy.h"
#include "bellrock/status.h"

namespace bellrock::rpc {

// How the calls of each method are to be made, from outside the program's code: asked once per
// call, so that new settings take effect at once. Thread-safe; never blocks.
class MethodSettings {
 public:
  virtual ~MethodSettings() = default;
  // All zeros for a method it knows nothing of.
  virtual MethodOptions Find(std::string_view service, std::string_view method) const = 0;
};

// Settings that do not change. Immutable, hence thread-safe.
class FixedMethodSettings final : public MethodSettings {
 public:
  // Keys are "music.v1.Catalog/Get", "music.v1.Catalog/*" or "*"; the closest one holds, whole.
  // kInvalidArgument names the key, the field and the remedy.
  static Result<FixedMethodSettings> Make(const std::map<std::string, MethodOptions>& options);

  MethodOptions Find(std::string_view service, std::string_view method) const override;

 private:
  using Methods = std::map<std::string, MethodOptions, std::less<>>;

  std::map<std::string, Methods, std::less<>> services_;  // "*" stands for any, on both levels
};

}  // namespace bellrock::rpc
