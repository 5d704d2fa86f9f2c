// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "testing/world.h"

#include <fmt/format.h>

#include <cstdio>
#include <map>
#include <utility>

#include "base/check.h"
#include "testing/sim_clock.h"
#include "testing/sim_disk.h"
#include "testing/sim_network.h"

namespace bellrock::testing {
namespace {

// Instead of waiting it moves the clock to the next timer.
class SimPoller final : public fiber::Poller {
 public:
  SimPoller(SimClock& clock, uint64_t seed) : clock_(clock), seed_(seed) {}

  void Poll(fiber::Loop& loop, Time until) override {
    if (until == kNever) {
      std::fprintf(stderr, "world of seed %llu: %zu fibers wait and nothing can wake them\n",
                   static_cast<unsigned long long>(seed_), loop.live_fibers());
      BELLROCK_CHECK(until != kNever, "deadlock in a simulated world");
    }
    clock_.AdvanceTo(until);
  }
  void Interrupt() override {}

 private:
  SimClock& clock_;
  uint64_t seed_;
};

struct Machine {
  Machine(SimWires& wires, SimRandom& world_random, uint64_t seed, const std::string& name)
      : network(wires, name), disk(world_random, name), random(seed) {}

  SimNetwork network;
  SimDisk disk;
  SimRandom random;
};

}  // namespace

struct World::Core {
  explicit Core(uint64_t seed_given)
      : seed(seed_given),
        random(seed_given),
        loop(fiber::LoopOptions{}, clock, std::make_unique<SimPoller>(clock, seed_given)),
        wires(loop, random) {}

  Machine& Get(const std::string& name) {
    auto found = hosts.find(name);
    if (found != hosts.end()) return *found->second;
    auto host = std::make_unique<Machine>(wires, random, random.Next(), name);
    return *hosts.emplace(name, std::move(host)).first->second;
  }

  uint64_t seed;
  SimClock clock;
  SimRandom random;
  fiber::Loop loop;
  SimWires wires;
  std::map<std::string, std::unique_ptr<Machine>> hosts;
};

World::World(uint64_t seed) : core_(std::make_unique<Core>(seed)) {}

World::~World() = default;

fiber::Environment World::Host(const std::string& name) {
  Machine& host = core_->Get(name);
  return fiber::Environment{core_->clock, host.network, host.disk, host.random};
}

fiber::Loop& World::loop() {
  return core_->loop;
}

void World::Run(std::function<void()> body) {
  const Status spawned = core_->loop.Spawn([this, body = std::move(body)] {
    body();
    core_->loop.Stop();
  });
  BELLROCK_CHECK(spawned.ok(), "no fiber for the body of World::Run");
  core_->loop.Run();
}

void World::SetDelay(Duration min, Duration max) {
  core_->wires.SetDelay(min, max);
}
void World::Cut(const std::string& a, const std::string& b) {
  core_->wires.Cut(a, b);
}
void World::Heal(const std::string& a, const std::string& b) {
  core_->wires.Heal(a, b);
}
void World::CrashNetwork(const std::string& host) {
  core_->wires.Crash(host);
}

void World::CrashDisk(const std::string& host) {
  core_->Get(host).disk.Crash();
}
void World::SetDiskSpace(const std::string& host, uint64_t bytes) {
  core_->Get(host).disk.SetSpace(bytes);
}
void World::SetSyncDelay(const std::string& host, Duration delay) {
  core_->Get(host).disk.SetSyncDelay(delay);
}

}  // namespace bellrock::testing
