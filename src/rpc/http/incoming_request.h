// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace bellrock::rpc {

// A whole HTTP request as its connection has parsed it, of whatever version of the protocol. What
// it returns lives as long as it does.
class IncomingRequest {
 public:
  virtual ~IncomingRequest() = default;
  virtual std::string_view method() const = 0;
  virtual std::string_view target() const = 0;
  // "" if absent; upper and lower case are the same.
  virtual std::string_view Header(std::string_view name) const = 0;
  virtual const std::string& body() const = 0;
};

}  // namespace bellrock::rpc
