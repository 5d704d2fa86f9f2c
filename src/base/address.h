// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bellrock/status.h"

namespace bellrock {

// Where to connect or listen: an IPv4/IPv6 literal with a port, or a Unix socket path. A value; no
// name resolution.
class Address {
 public:
  enum class Kind : uint8_t { kTcp, kUnix };

  Address() = default;
  // "127.0.0.1:7600", "[::1]:7600", "unix:/run/bellrock/agent.sock". Port 0 is allowed (listen on a
  // free port).
  static Result<Address> Parse(std::string_view text);
  static Address Tcp(std::string host, uint16_t port);
  static Address Unix(std::string path);

  Kind kind() const { return kind_; }
  const std::string& host() const {
    return host_;
  }  // IP literal without brackets, or the socket's path
  uint16_t port() const { return port_; }
  std::string ToString() const;

  friend bool operator==(const Address&, const Address&) = default;
  friend auto operator<=>(const Address&, const Address&) = default;

 private:
  Kind kind_ = Kind::kTcp;
  uint16_t port_ = 0;
  std::string host_;
};

}  // namespace bellrock
