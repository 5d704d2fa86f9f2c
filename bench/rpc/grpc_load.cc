// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// The stock gRPC C++ client under load: one thread on one completion queue.
#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <vector>

#include "bellrock/bench/v1/echo.grpc.pb.h"
#include "load_meter.h"
#include "load_options.h"

namespace bellrock::bench {
namespace {

constexpr std::chrono::seconds kConnectTimeout(10);

// A call in flight; used again for the next one.
struct PendingCall {
  std::unique_ptr<grpc::ClientContext> context;
  v1::EchoRequest request;
  v1::EchoReply reply;
  grpc::Status status;
  std::unique_ptr<grpc::ClientAsyncResponseReader<v1::EchoReply>> reader;
  v1::Echo::Stub* stub = nullptr;
  Instant begun;
};

// One run, on the calling thread.
class Load {
 public:
  explicit Load(const LoadOptions& options) : options_(options) {
    for (int i = 0; i < options.connections; ++i) stubs_.push_back(Connect());
  }

  void Run() {
    if (options_.idle) return HoldUntilInputEnds();
    meter_ = std::make_unique<LoadMeter>(options_);
    if (options_.rate > 0) {
      RunOnSchedule();
    } else {
      RunClosedLoop();
    }
    meter_->Print();
  }

 private:
  std::unique_ptr<v1::Echo::Stub> Connect() const {
    grpc::ChannelArguments arguments;
    // Without it channels to one address share one connection.
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    auto channel = grpc::CreateCustomChannel("127.0.0.1:" + std::to_string(options_.port),
                                             grpc::InsecureChannelCredentials(), arguments);
    if (!channel->WaitForConnected(std::chrono::system_clock::now() + kConnectTimeout)) {
      Fail("no connection to the server");
    }
    return v1::Echo::NewStub(channel);
  }

  void Begin(PendingCall& call, Instant begun) {
    call.begun = begun;
    call.reader.reset();
    call.context = std::make_unique<grpc::ClientContext>();
    call.reader = call.stub->AsyncSay(call.context.get(), call.request, &queue_);
    call.reader->Finish(&call.reply, &call.status, &call);
  }

  static void Check(const PendingCall& call) {
    if (!call.status.ok()) Fail(call.status.error_message());
    if (call.reply.payload().size() != call.request.payload().size())
      Fail("an echo of another size");
  }

  std::unique_ptr<PendingCall> NewCall(size_t number) const {
    auto call = std::make_unique<PendingCall>();
    call->request.set_payload(std::string(static_cast<size_t>(options_.payload_bytes), 'x'));
    call->stub = stubs_[number % stubs_.size()].get();
    return call;
  }

  void RunClosedLoop() {
    std::vector<std::unique_ptr<PendingCall>> calls;
    for (int i = 0; i < options_.concurrency; ++i) {
      calls.push_back(NewCall(static_cast<size_t>(i)));
      Begin(*calls.back(), LoadMeter::Now());
    }
    void* tag = nullptr;
    bool event_ok = false;
    for (int under_way = options_.concurrency; under_way > 0;) {
      if (!queue_.Next(&tag, &event_ok)) Fail("the completion queue ended");
      PendingCall& call = *static_cast<PendingCall*>(tag);
      Check(call);
      const Instant ended = LoadMeter::Now();
      meter_->Add(call.begun, ended);
      if (meter_->Running(ended)) {
        Begin(call, ended);
      } else {
        --under_way;
      }
    }
  }

  void RunOnSchedule() {
    const std::chrono::duration<double, std::nano> interval(1e9 / options_.rate);
    uint64_t sent = 0;
    for (Instant due = meter_->begin(); meter_->Running(due);) {
      // Polls, so that no wake-up of its own is in the figures.
      while (LoadMeter::Now() < due) TakeCompletions();
      BeginScheduled(due, sent++);
      due = meter_->begin() +
            std::chrono::duration_cast<Instant::duration>(interval * static_cast<double>(sent));
    }
    while (under_way_ > 0) TakeCompletions();
  }

  void BeginScheduled(Instant due, uint64_t number) {
    PendingCall* call = NewCall(number).release();  // back in TakeCompletions()
    if (options_.slow != Slow::kNone && number % kSlowEvery == 0) {
      call->request.set_slowness(options_.slow == Slow::kBurn ? v1::SLOWNESS_BURN
                                                              : v1::SLOWNESS_BLOCK);
    }
    ++under_way_;
    Begin(*call, due);
  }

  void TakeCompletions() {
    void* tag = nullptr;
    bool event_ok = false;
    const gpr_timespec at_once = gpr_time_0(GPR_CLOCK_MONOTONIC);
    while (queue_.AsyncNext(&tag, &event_ok, at_once) == grpc::CompletionQueue::GOT_EVENT) {
      const std::unique_ptr<PendingCall> call(static_cast<PendingCall*>(tag));
      Check(*call);
      --under_way_;
      if (call->request.slowness() == v1::SLOWNESS_UNSPECIFIED) {
        meter_->Add(call->begun, LoadMeter::Now());
      } else {
        meter_->AddUntimed();
      }
    }
  }

  const LoadOptions options_;
  std::vector<std::unique_ptr<v1::Echo::Stub>> stubs_;
  grpc::CompletionQueue queue_;
  std::unique_ptr<LoadMeter> meter_;
  int under_way_ = 0;
};

}  // namespace
}  // namespace bellrock::bench

int main(int argc, char** argv) {
  const bellrock::bench::LoadOptions options = bellrock::bench::ParseLoadOptions(argc, argv);
  bellrock::bench::Load(options).Run();
  return 0;
}
