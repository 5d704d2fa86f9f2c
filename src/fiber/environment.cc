// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "fiber/environment.h"

#include "base/immortal.h"
#include "fiber/clock.h"
#include "fiber/disk.h"
#include "fiber/socket.h"

namespace bellrock::fiber {
namespace {

class SystemNetwork final : public Network {
 public:
  Result<std::unique_ptr<Listener>> Listen(const Address& address,
                                           const ListenOptions& options) override {
    return ListenOn(address, options);
  }
  Result<std::unique_ptr<Stream>> Connect(const Address& address) override {
    return ConnectStream(address);
  }
  Result<std::unique_ptr<DatagramSocket>> Bind(const Address& address) override {
    return BindDatagram(address);
  }
};

}  // namespace

Environment RealEnvironment() {
  static Immortal<SystemNetwork> network;
  return Environment{RealClock(), *network, RealDisk(), RealRandom()};
}

}  // namespace bellrock::fiber
