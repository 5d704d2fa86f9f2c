// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "wire_bytes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "bellrock/testing.h"
#include "fiber/environment.h"
#include "fiber/loop.h"
#include "fiber/unix_time.h"
#include "metrics/agent/forwarder.h"
#include "metrics/queue/memory_queue.h"
#include "metrics/server/metrics_service.h"
#include "metrics/table_sink.h"
#include "rpc/client.h"
#include "rpc/server.h"

namespace bellrock::bench {
namespace {

namespace v1 = metrics::v1;

constexpr size_t kKeys = 200;
constexpr size_t kCallsPerSecond = 1000;
constexpr int kSeconds = 60;

class CountingStream final : public fiber::Stream {
 public:
  CountingStream(std::unique_ptr<fiber::Stream> under, uint64_t& bytes)
      : under_(std::move(under)), bytes_(bytes) {}

  Result<size_t> Read(std::span<std::byte> buffer) override { return under_->Read(buffer); }
  Status WaitReadable() override { return under_->WaitReadable(); }
  Result<size_t> TryWrite(std::span<const iovec> parts) override {
    Result<size_t> taken = under_->TryWrite(parts);
    if (taken.ok()) bytes_ += *taken;
    return taken;
  }
  Status WaitWritable() override { return under_->WaitWritable(); }
  Status WriteAll(std::span<const std::byte> bytes) override {
    bytes_ += bytes.size();
    return under_->WriteAll(bytes);
  }
  Status EndWrite() override { return under_->EndWrite(); }
  bool quiet() const override { return under_->quiet(); }
  void Close() override { under_->Close(); }
  const Address& local() const override { return under_->local(); }
  const Address& peer() const override { return under_->peer(); }

 private:
  std::unique_ptr<fiber::Stream> under_;
  uint64_t& bytes_;
};

// Counts what is written to connections that are made through it.
class CountingNetwork final : public fiber::Network {
 public:
  explicit CountingNetwork(fiber::Network& under) : under_(under) {}

  Result<std::unique_ptr<fiber::Listener>> Listen(const Address& address,
                                                  const fiber::ListenOptions& options) override {
    return under_.Listen(address, options);
  }
  Result<std::unique_ptr<fiber::Stream>> Connect(const Address& address) override {
    BELLROCK_ASSIGN(std::unique_ptr<fiber::Stream> stream, under_.Connect(address));
    return {std::make_unique<CountingStream>(std::move(stream), bytes)};
  }
  Result<std::unique_ptr<fiber::DatagramSocket>> Bind(const Address& address) override {
    return under_.Bind(address);
  }

  uint64_t bytes = 0;

 private:
  fiber::Network& under_;
};

// Four callees of ten methods on five hosts each; low numbers are called more often.
void SetKey(size_t key, v1::Dimensions& to) {
  const size_t callee = key / 50, method = key / 5 % 10, host = key % 5;
  to.set_callee(fmt::format("music/service{}", callee));
  to.set_method(fmt::format("music.v1.Service{}/Method{}", callee, method));
  to.set_instance(
      fmt::format("/sz/default/music/service{}/default/10.1.{}.{}:80", callee, callee, host));
  to.set_caller("web/gateway");
}

v1::PushRequest PushOfSecond(std::mt19937_64& random, int process, size_t calls, int64_t begin,
                             int second) {
  std::lognormal_distribution<double> latency(std::log(2000), 0.6);
  std::map<size_t, std::vector<uint32_t>> rows;
  for (size_t i = 0; i < calls; ++i) {
    const size_t key = std::min(random() % kKeys, random() % kKeys);
    rows[key].push_back(static_cast<uint32_t>(latency(random)));
  }
  v1::PushRequest push;
  push.set_source(fmt::format("host-10-2-0-1:{}", 4711 + process));
  push.set_epoch(1'790'000'000'123'456'789);
  push.set_sequence(static_cast<uint64_t>(second) + 1);
  push.set_calls_total(calls * (static_cast<uint64_t>(second) + 1));
  for (auto& [key, latencies] : rows) {
    v1::Card& card = *push.add_cards();
    SetKey(key, *card.mutable_dimensions());
    card.set_second(begin + second);
    metrics::Card::FromLatencies(latencies).Encode(card);
  }
  return push;
}

struct Host {
  explicit Host(fiber::Environment environment, const Address& server, CountingNetwork& network)
      : world{environment.clock, network, environment.disk, environment.random},
        endpoints({server}),
        client(world, endpoints, nullptr,
               {.caller = "bellrock/agent", .callee = "bellrock/server"}),
        sink(client, 1),
        spool(world.clock),
        forwarder(world, sink, spool, {.site = "sz"}) {}

  fiber::Environment world;
  rpc::FixedEndpoints endpoints;
  rpc::Client client;
  metrics::TableSink sink;
  metrics::queue::MemoryQueue spool;
  metrics::agent::Forwarder forwarder;
};

double Measure(int processes) {
  const fiber::Environment environment = fiber::RealEnvironment();
  metrics::server::MetricsService service(environment.clock);
  rpc::Server server(environment, {}, nullptr);
  BELLROCK_CHECK(server.Add(service).ok(), "one service");
  BELLROCK_CHECK(server.Listen(Address::Tcp("127.0.0.1", 0)).ok(), "a free port is there");
  CountingNetwork network(environment.network);
  Host host(environment, server.address(), network);
  std::mt19937_64 random(1);
  TestContext context;
  const int64_t begin = fiber::UnixSecond(environment.clock) - kSeconds;
  uint64_t first = 0;
  for (int second = 0; second <= kSeconds; ++second) {
    for (int process = 0; process < processes; ++process) {
      const size_t calls = kCallsPerSecond / static_cast<size_t>(processes);
      const auto taken =
          host.forwarder.Push(context, PushOfSecond(random, process, calls, begin, second));
      BELLROCK_CHECK(taken.ok() && host.forwarder.spooled() == 0, "the server takes each push");
    }
    if (second == 0) first = network.bytes;  // it brings most of the keys
  }
  server.Shutdown(environment.clock.Now());
  return static_cast<double>(network.bytes - first) / (kSeconds * kCallsPerSecond);
}

}  // namespace

double WireBytesPerCall(int processes) {
  double bytes = 0;
  fiber::LoopGroup loops(1);
  const Status ran = fiber::RunOn(loops.loop(0), [&] { bytes = Measure(processes); });
  BELLROCK_CHECK(ran.ok(), "the loop runs");
  return bytes;
}

}  // namespace bellrock::bench
