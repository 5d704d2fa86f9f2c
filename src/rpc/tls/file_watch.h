// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace bellrock::rpc {

// Decides when files that are looked at now and then are to be loaded anew: when their content
// differs from what was loaded and was the same twice in a row, for a certificate and its key are
// replaced one after the other. Content that failed to load is not tried again until it changes.
// Pure.
class FileWatch {
 public:
  // A fingerprint is any text that is equal for equal content.
  explicit FileWatch(std::string loaded) : handled_(std::move(loaded)) {}

  // True: load it now.
  bool Observe(std::string_view fingerprint);

 private:
  std::string handled_;
  std::string candidate_;
};

}  // namespace bellrock::rpc
