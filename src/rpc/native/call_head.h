// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "rpc/server/method_table.h"

// The head of a call's meta is what stays the same from call to call: service, method and caller.
// Our clients write it first, as the same bytes each time, so that a server compares bytes where it
// would parse, check and look up three strings. Whoever writes the fields in another order is
// understood as well, only not as fast (docs/spec/wire.md).
namespace bellrock::rpc {

// Client side: encodes heads and remembers the last one. Belongs to one connection.
class HeadWriter {
 public:
  // Valid until the next call.
  std::string_view Encode(std::string_view service, std::string_view method,
                          std::string_view caller);

 private:
  std::string service_;
  std::string method_;
  std::string caller_;
  std::string bytes_;
};

struct CallHead {
  std::string bytes;
  const Method* method = nullptr;
  std::string caller;  // "" if the head does not say
};

// Server side: the last few heads of one connection.
class KnownHeads {
 public:
  static constexpr size_t kHeadsMax = 4;

  // The head that `meta` begins with, or nullptr. Valid until the next Learn().
  const CallHead* Find(std::string_view meta) const;
  // Remembers the head of a meta that was parsed and named `method`, if it has one.
  void Learn(std::string_view meta, const Method& method);

 private:
  std::array<CallHead, kHeadsMax> heads_;
  size_t next_ = 0;  // takes the place of the oldest
};

}  // namespace bellrock::rpc
