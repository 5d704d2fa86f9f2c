// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Our client under load: one loop, counting on.
#include <memory>
#include <string>
#include <vector>

#include "bellrock/bench/v1/echo.bellrock.h"
#include "counting.h"
#include "fiber/fiber.h"
#include "fiber/loop.h"
#include "load_meter.h"
#include "load_options.h"
#include "rpc/client.h"

namespace bellrock::bench {
namespace {

// One run. Lives on the loop it is made on; everything is on that loop.
class Load {
 public:
  explicit Load(const LoadOptions& options)
      : options_(options),
        counting_("bench:load"),
        endpoints_({Address::Tcp("127.0.0.1", static_cast<uint16_t>(options.port))}) {
    rpc::ClientOptions client{.caller = "bench/load", .callee = "bench/echo"};
    client.protocol = options.protocol == "grpc" ? Protocol::kGrpc : Protocol::kNative;
    if (options.pooled()) {
      client.connections = Connections::kPooled;
      client.idle_connections_max = options.connections;
    }
    // Without a pool of its own a client has one connection.
    for (int i = 0; i < (options.pooled() ? 1 : options.connections); ++i) {
      clients_.push_back(std::make_unique<rpc::Client>(fiber::RealEnvironment(), endpoints_,
                                                       &counting_.client_side(), client));
    }
  }

  void Run() {
    ConnectAll();
    if (options_.idle) return;
    meter_ = std::make_unique<LoadMeter>(options_);
    if (options_.rate > 0) {
      RunOnSchedule();
    } else {
      RunClosedLoop();
    }
    meter_->Print();
  }

 private:
  v1::EchoRequest Request() const {
    v1::EchoRequest request;
    request.set_payload(std::string(static_cast<size_t>(options_.payload_bytes), 'x'));
    return request;
  }
  v1::EchoStub StubOf(size_t caller) const {
    return v1::EchoStub(*clients_[caller % clients_.size()]);
  }
  void Call(const v1::EchoStub& stub, const v1::EchoRequest& request) const {
    const Result<v1::EchoReply> reply = stub.Say(request);
    if (!reply.ok()) Fail(reply.status().ToString());
    if (reply->payload().size() != request.payload().size()) Fail("an echo of another size");
  }

  void ConnectAll() const {
    const v1::EchoRequest request = Request();
    for (size_t i = 0; i < clients_.size(); ++i) Call(StubOf(i), request);
  }

  void RunClosedLoop() {
    std::vector<fiber::JoinHandle> callers;
    for (int i = 0; i < options_.concurrency; ++i) {
      callers.push_back(fiber::Start([this, i] { CallAgainAndAgain(static_cast<size_t>(i)); }));
    }
    for (fiber::JoinHandle& caller : callers) caller.Join();
  }

  void CallAgainAndAgain(size_t caller) {
    const v1::EchoStub stub = StubOf(caller);
    const v1::EchoRequest request = Request();
    for (Instant begun = LoadMeter::Now(); meter_->Running(begun);) {
      Call(stub, request);
      const Instant ended = LoadMeter::Now();
      meter_->Add(begun, ended);
      begun = ended;
    }
  }

  void RunOnSchedule() {
    fiber::Loop& loop = *fiber::Loop::Current();
    const std::chrono::duration<double, std::nano> interval(1e9 / options_.rate);
    uint64_t sent = 0;
    for (Instant due = meter_->begin(); meter_->Running(due);) {
      // A sleep until now is a turn of the loop that waits for nothing: the client polls, so that
      // no wake-up of its own is in the figures.
      while (LoadMeter::Now() < due) (void)fiber::SleepUntil(loop.Now());
      const Status begun = loop.SpawnNow([this, due, sent] { CallOnce(due, sent); });
      if (!begun.ok()) Fail(begun.ToString());
      ++sent;
      due = meter_->begin() +
            std::chrono::duration_cast<Instant::duration>(interval * static_cast<double>(sent));
    }
    while (under_way_ > 0) (void)fiber::SleepUntil(loop.Now());
  }

  void CallOnce(Instant due, uint64_t number) {
    ++under_way_;
    v1::EchoRequest request = Request();
    const bool slow = options_.slow != Slow::kNone && number % kSlowEvery == 0;
    if (slow) {
      request.set_slowness(options_.slow == Slow::kBurn ? v1::SLOWNESS_BURN : v1::SLOWNESS_BLOCK);
    }
    Call(StubOf(number), request);
    if (slow) {
      meter_->AddUntimed();
    } else {
      meter_->Add(due, LoadMeter::Now());
    }
    --under_way_;
  }

  const LoadOptions options_;
  Counting counting_;
  rpc::FixedEndpoints endpoints_;
  std::vector<std::unique_ptr<rpc::Client>> clients_;
  std::unique_ptr<LoadMeter> meter_;
  int under_way_ = 0;
};

}  // namespace
}  // namespace bellrock::bench

int main(int argc, char** argv) {
  using namespace bellrock;
  const bench::LoadOptions options = bench::ParseLoadOptions(argc, argv);
  fiber::LoopGroup loops(1);
  std::unique_ptr<bench::Load> load;
  (void)fiber::RunOn(loops.loop(0), [&] {
    load = std::make_unique<bench::Load>(options);
    load->Run();
  });
  if (options.idle) bench::HoldUntilInputEnds();
  (void)fiber::RunOn(loops.loop(0), [&] { load.reset(); });
  return 0;
}
