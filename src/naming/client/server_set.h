// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/address.h"
#include "bellrock/service.h"

namespace bellrock::naming::client {

// The servers of a registry, any of which may be called by its address: what RegistryCalls needs of
// the way to them. Lives on one loop.
class ServerSet {
 public:
  virtual ~ServerSet() = default;
  // As they are known now; empty until the first name was resolved.
  virtual std::vector<Address> Addresses() = 0;
  // Another number after each change of Addresses().
  virtual uint64_t version() const = 0;
  // A channel to one of them, or to any other server one of them named. It makes one try per call.
  virtual std::shared_ptr<ChannelInterface> To(const Address& server) = 0;
  // A call has found none that serves it: names are worth resolving again.
  virtual void OnAllFailed() {}
};

}  // namespace bellrock::naming::client
