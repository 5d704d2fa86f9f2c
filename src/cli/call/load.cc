// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/call/load.h"

#include <fmt/format.h>
#include <google/protobuf/message.h>

#include <cstdio>
#include <memory>
#include <vector>

#include "bellrock/fiber.h"
#include "cli/call/tally.h"
#include "fiber/fiber.h"
#include "rpc/http/json.h"

namespace bellrock::cli {
namespace {

constexpr Duration kProgressEvery = std::chrono::seconds(1);
constexpr Duration kSignalEvery = std::chrono::milliseconds(50);
// A call that begins this much after its time counts as late.
constexpr Duration kLateAfter = std::chrono::milliseconds(10);

// One load on one loop: a fiber for each call in flight, and one that watches.
class Load {
 public:
  Load(ChannelInterface& channel, const Schema& schema, const Schema::Method& method,
       const Message& request, const CallOptions& options, const LoadPlan& plan)
      : channel_(channel),
        schema_(schema),
        method_(method),
        request_(request),
        options_(options),
        plan_(plan),
        started_(Now()),
        pacer_(plan, started_) {}

  void Run(fiber::TerminationSignals& signals) {
    std::vector<fiber::JoinHandle> workers;
    for (int i = 0; i < plan_.concurrency; ++i) {
      workers.push_back(fiber::Start([this] { Work(); }));
    }
    fiber::JoinHandle watch = fiber::Start([&] { Watch(signals, workers); });
    for (fiber::JoinHandle& worker : workers) worker.Join();
    ended_ = Now();
    watch.Cancel();
    watch.Join();
  }

  const Tally& tally() const { return tally_; }
  Duration elapsed() const { return ended_ - started_; }

 private:
  void Work() {
    const std::unique_ptr<Message> reply = schema_.NewMessage(*method_.output_type());
    while (const std::optional<Time> start = pacer_.Next(Now())) {
      if (plan_.qps > 0 && !SleepUntil(*start).ok()) return;
      if (plan_.qps > 0 && Now() - *start > kLateAfter) tally_.AddLate();
      const Status status = CallAndDrain(*reply);
      // What the signal has cut off says nothing about the callee.
      if (interrupted_ && status.code() == StatusCode::kCancelled) return;
      tally_.Add(status, Now() - *start);
    }
  }

  Status CallAndDrain(Message& reply) {
    const std::string& service = method_.service()->full_name();
    if (!method_.server_streaming()) {
      return channel_.Call(service, method_.name(), request_, reply, options_);
    }
    BELLROCK_ASSIGN(const std::unique_ptr<StreamReader> reader,
                    channel_.OpenStream(service, method_.name(), request_, options_));
    for (;;) {
      BELLROCK_ASSIGN(const bool more, reader->Read(reply));
      if (!more) return Status::Ok();
    }
  }

  void Watch(fiber::TerminationSignals& signals, std::vector<fiber::JoinHandle>& workers) {
    Time next_progress = started_ + kProgressEvery;
    while (SleepFor(kSignalEvery).ok()) {
      if (signals.Pending() != 0) {
        interrupted_ = true;
        pacer_.Stop();
        for (fiber::JoinHandle& worker : workers) worker.Cancel();
        return;
      }
      if (Now() < next_progress) continue;
      next_progress += kProgressEvery;
      std::fprintf(stderr, "%s\n", tally_.Progress(Now() - started_).c_str());
    }
  }

  ChannelInterface& channel_;
  const Schema& schema_;
  const Schema::Method& method_;
  const Message& request_;
  const CallOptions& options_;
  const LoadPlan plan_;
  const Time started_;
  Time ended_{};
  Pacer pacer_;
  Tally tally_;
  bool interrupted_ = false;
};

}  // namespace

Status RunLoad(ChannelInterface& channel, const Schema& schema, const Schema::Method& method,
               const std::string& request_json, const CallOptions& options, const LoadPlan& plan,
               bool json, fiber::TerminationSignals& signals) {
  if (method.client_streaming()) {
    return InvalidArgumentError(
        fmt::format("{} takes a stream of requests; --count, --qps, --duration and --concurrency "
                    "are for methods that take one request",
                    method.full_name()));
  }
  const std::unique_ptr<Message> request = schema.NewMessage(*method.input_type());
  BELLROCK_TRY(rpc::JsonToMessage(request_json, *request));
  uint64_t failed = 0;
  std::string text;
  BELLROCK_TRY(Run([&] {
    Load load(channel, schema, method, *request, options, plan);
    load.Run(signals);
    failed = load.tally().failed();
    text = json ? load.tally().Json(load.elapsed()) + "\n" : load.tally().Table(load.elapsed());
  }));
  std::fputs(text.c_str(), stdout);
  if (failed > 0) return AbortedError(fmt::format("{} calls failed", failed));
  return Status::Ok();
}

}  // namespace bellrock::cli
