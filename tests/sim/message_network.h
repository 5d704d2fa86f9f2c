// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "bellrock/time.h"
#include "testing/sim_clock.h"

namespace bellrock {

// Simulated time and what happens in it, and the links between numbered endpoints: datagrams that
// get lost, doubled and reordered, and connections, on which loss is delay. Links are cut in each
// direction by itself. All chance comes from one seed. Single-threaded.
class MessageNetwork {
 public:
  using Work = std::function<void()>;
  struct Wire {
    double loss = 0;
    double duplicates = 0;
    Duration delay_max = std::chrono::milliseconds(5);
    int duplicates_later = 1;  // a second copy takes so many times its delay
  };

  MessageNetwork(uint64_t seed, int endpoints);

  Time now() const { return now_; }
  void At(Time when, Work work);
  void After(Duration later, Work work) { At(now_ + later, std::move(work)); }
  void RunUntil(Time when);

  // Nothing comes of it if the link is cut now or then.
  void Datagram(int from, int to, Work arrive);
  // Not before `earliest`, so that what goes one way stays in order; when it arrives.
  Time Stream(int from, int to, Time earliest, Work arrive);
  // A message of a call that is made of it, which may be doubled.
  void CallPart(int from, int to, const Work& arrive);

  void CutOneWay(int from, int to) { cut_[Pair(from, to)] = true; }
  void Cut(int a, int b);
  void HealAll();
  bool Passes(int from, int to) const { return from == to || !cut_[Pair(from, to)]; }
  bool BothWays(int a, int b) const { return Passes(a, b) && Passes(b, a); }

  Wire& wire() { return wire_; }
  int endpoints() const { return endpoints_; }
  bool Chance(double probability);
  testing::SimRandom& random() { return random_; }

 private:
  struct Event {
    Time at;
    uint64_t order;
    Work work;
    bool operator<(const Event& other) const {
      return at != other.at ? at > other.at : order > other.order;
    }
  };

  size_t Pair(int from, int to) const { return static_cast<size_t>(from * endpoints_ + to); }
  Duration Delay();
  Duration ConnectionDelay();
  Work IfPassing(int from, int to, Work arrive);

  const int endpoints_;
  testing::SimRandom random_;
  Time now_{std::chrono::seconds(1000)};
  Wire wire_;
  std::vector<bool> cut_;
  std::vector<Event> events_;  // a heap
  uint64_t order_ = 0;
};

}  // namespace bellrock
