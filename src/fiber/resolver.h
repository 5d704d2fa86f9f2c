// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "bellrock/status.h"

namespace bellrock::fiber {

// Host names to IP addresses. Part of the door to the operating system, beside Environment, since
// few ask it: who does takes one, and tests give a table.
class Resolver {
 public:
  // Lookups of the process that wait or are under way; more are refused with kResourceExhausted.
  static constexpr size_t kLookupsMax = 64;

  virtual ~Resolver() = default;
  // Blocks the fiber, see environment.h. At least one IP literal, none twice. kNotFound: nobody has
  // this name; kUnavailable: the name servers do not answer.
  virtual Result<std::vector<std::string>> Resolve(const std::string& host) = 0;
};

// The system's own (/etc/hosts, /etc/resolv.conf): getaddrinfo on a thread made for it, since the
// call blocks for many seconds when name servers are away. Any thread.
Resolver& RealResolver();

}  // namespace bellrock::fiber
