// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "fiber/environment.h"
#include "fiber/loop.h"
#include "testing/sim_clock.h"

namespace bellrock::testing {

class SimDatagramSocket;
class SimListener;
class SimPipe;

// The wires between all hosts of a world: who listens where, how long bytes take, which hosts
// cannot reach each other. Everything happens on the world's one loop, through its timers, in an
// order that the seed decides.
class SimWires {
 public:
  SimWires(fiber::Loop& loop, SimRandom& random) : loop_(loop), random_(random) {}

  void SetDelay(Duration min, Duration max);
  void Cut(const std::string& a, const std::string& b);
  void Heal(const std::string& a, const std::string& b);
  void Crash(const std::string& host);

  bool IsCut(const std::string& a, const std::string& b) const;
  // When something sent now arrives.
  Time Arrival();
  void At(Time when, std::function<void()> event);
  fiber::Loop& loop() { return loop_; }

  // The socket table; a key is a host and a local address on it.
  using Key = std::pair<std::string, Address>;
  // The port asked for, or a free one if 0.
  Result<Address> Claim(const std::string& host, const Address& address, bool datagram);
  std::map<Key, SimListener*>& listeners() { return listeners_; }
  std::map<Key, SimDatagramSocket*>& datagrams() { return datagrams_; }
  // What `address` means to a program on `host`: which host, and which key there.
  static Key Resolve(const std::string& host, const Address& address);
  void AddPipe(const std::shared_ptr<SimPipe>& pipe);

 private:
  std::vector<std::shared_ptr<SimPipe>> LivePipes();

  fiber::Loop& loop_;
  SimRandom& random_;
  Duration delay_min_ = std::chrono::microseconds(100);
  Duration delay_max_ = std::chrono::microseconds(100);
  std::set<std::pair<std::string, std::string>> cuts_;
  std::map<Key, SimListener*> listeners_;
  std::map<Key, SimDatagramSocket*> datagrams_;
  std::vector<std::weak_ptr<SimPipe>> pipes_;
  uint16_t next_port_ = 40'000;
};

// What one host sees of them.
class SimNetwork final : public fiber::Network {
 public:
  SimNetwork(SimWires& wires, std::string host) : wires_(wires), host_(std::move(host)) {}

  Result<std::unique_ptr<fiber::Listener>> Listen(const Address& address,
                                                  const fiber::ListenOptions& options) override;
  Result<std::unique_ptr<fiber::Stream>> Connect(const Address& address) override;
  Result<std::unique_ptr<fiber::DatagramSocket>> Bind(const Address& address) override;

 private:
  SimWires& wires_;
  std::string host_;
};

}  // namespace bellrock::testing
