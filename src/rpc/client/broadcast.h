// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "rpc/client/client_core.h"

namespace bellrock::rpc {

// One call to every instance of the callee, some at a time, each tried once. OK if all are; else
// the first failure's code and a text that lists the instances which failed. Lives on the stack of
// the calling fiber.
class Broadcast {
 public:
  // In flight at once.
  static constexpr size_t kFanOutMax = 64;
  static constexpr size_t kInstancesMax = 1024;
  // Named in the error text; the rest are counted.
  static constexpr size_t kListedMax = 32;

  Broadcast(ClientCore& core, CallProgress& progress, const Message& request, Message& reply)
      : core_(core), progress_(progress), request_(request), reply_(reply) {}

  // `first` becomes the try whose reply was taken, or the last.
  Status Run(Try* first);

 private:
  void CallOne(size_t index, Try* first);
  Status Outcome() const;

  struct Failure {
    std::string instance;
    std::string address;
    Status status;
  };

  ClientCore& core_;
  CallProgress& progress_;
  const Message& request_;
  Message& reply_;
  std::vector<Endpoint> endpoints_;
  std::vector<Failure> failures_;
  size_t next_ = 0;
  bool replied_ = false;
};

}  // namespace bellrock::rpc
