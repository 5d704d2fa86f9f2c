// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>

#include "fiber/environment.h"

namespace bellrock::bench {

// A network that counts what its connections receive; otherwise another one. Outlives them.
class CountingNetwork final : public fiber::Network {
 public:
  explicit CountingNetwork(fiber::Network& inner) : inner_(inner) {}

  uint64_t received_bytes() const { return received_; }

  Result<std::unique_ptr<fiber::Listener>> Listen(const Address& address,
                                                  const fiber::ListenOptions& options) override {
    return inner_.Listen(address, options);
  }
  Result<std::unique_ptr<fiber::Stream>> Connect(const Address& address) override;
  Result<std::unique_ptr<fiber::DatagramSocket>> Bind(const Address& address) override {
    return inner_.Bind(address);
  }

 private:
  fiber::Network& inner_;
  uint64_t received_ = 0;
};

}  // namespace bellrock::bench
