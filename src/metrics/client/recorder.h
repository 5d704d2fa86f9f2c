// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "fiber/environment.h"
#include "fiber/fiber.h"
#include "metrics/card_sink.h"
#include "metrics/client/call_buffer.h"
#include "metrics/client/error_types.h"
#include "metrics/fold.h"
#include "metrics/outbox.h"
#include "metrics/series_source.h"
#include "metrics/set_dictionary.h"
#include "metrics/unit.h"
#include "rpc/client/endpoint_source.h"

namespace bellrock::metrics::client {

struct RecorderOptions {
  std::string source;  // "host:pid"
  // Changes when the source starts anew; 0 takes the wall clock's nanoseconds.
  uint64_t epoch = 0;
  // How often cards are made and sent.
  Duration flush_period = std::chrono::seconds(1);
  OutboxBounds outbox = {};
};

// Counts every finished call of a process (MSEC-089). OnCall() and OnCallOf() are thread-safe and
// take no lock: they append to the calling thread's buffer, in some tens of nanoseconds and in a
// few (OCTO-077). Once a second a fiber on the home loop takes what the threads have, makes cards
// and sends them; a push that fails is sent again with the same sequence. Every call is counted in
// calls_total, and each is either acknowledged, unsent, or counted as dropped. Made, started and
// stopped on the home loop. No OnCall() may run when it is destroyed.
class Recorder final : public rpc::CallObserver {
 public:
  // The sink is borrowed; its Send() is called from the home loop's fiber only.
  Recorder(fiber::Environment environment, CardSink& sink, RecorderOptions options);
  ~Recorder() override;

  // From a fiber of the home loop.
  void Start();
  // From a fiber of the home loop, after the last call ended: folds and sends all that is left
  // until `deadline`, so that an orderly exit loses nothing. kUnavailable or the sink's error when
  // something stayed unsent. Idempotent.
  Status Stop(Time deadline);

  void OnCall(const rpc::CallRecord& record) override;
  rpc::CallKind KindOf(const rpc::CallRecord& record) override;
  bool OnCallOf(rpc::CallKind kind, Duration latency) override;

  // Home loop only. Asked for its cards at each flush, and once more at the end, until it is
  // removed; borrowed.
  void AddSource(SeriesSource& source) { sources_.push_back(&source); }
  void RemoveSource(SeriesSource& source) { std::erase(sources_, &source); }
  uint64_t calls_total() const { return outbox_.calls_total(); }
  uint64_t calls_dropped() const { return outbox_.calls_dropped(); }
  size_t pushes_unsent() const { return outbox_.size(); }

 private:
  void Run();
  Time NextFlush();
  // Second of the wall clock for a call that ends now.
  uint32_t SecondNow();
  void SetWallOffset();
  CallBuffer& MyBuffer();
  // Takes the buffers over and makes cards of all seconds that ended, or of everything.
  void Fold(bool everything);
  // Returns how many calls were lost in full buffers.
  uint64_t Drain();
  void AskSources(uint32_t now, bool last, v1::PushRequest& push);
  uint32_t NumberOf(const NameSet& names);
  void RenumberIfFull();
  void FoldSecond(uint32_t second, const std::vector<RawCall>& calls, v1::PushRequest& push);
  Status SendAll();
  // What the server says of the calls to come; cards of different units add up all the same.
  void Obey(const v1::PushReply& reply);

  fiber::Environment environment_;
  CardSink& sink_;
  const uint64_t id_;
  const Duration period_;
  const Duration jitter_;  // keeps a fleet from pushing in the same instant
  std::atomic<int64_t> wall_offset_ns_{0};
  std::shared_ptr<BufferList> buffers_;
  std::unique_ptr<SetDictionary> sets_;
  ErrorTypes error_types_;
  Units units_;
  uint64_t round_ = 1;  // numbers in NameSets are of this dictionary, their units of these units
  std::map<uint32_t, std::vector<RawCall>> open_;
  std::vector<SeriesSource*> sources_;
  Outbox outbox_;
  bool failing_ = false;
  fiber::JoinHandle fiber_;
};

// For the server side of a process. A call whose caller is unknown (HTTP, foreign clients) is
// counted here alone; a Bellrock caller counts its own tries, so that its calls are counted here as
// `served`, if at all: the callee's own view, which no sum of calls adds. Thread-safe; the recorder
// is borrowed.
class ServerObserver final : public rpc::CallObserver {
 public:
  ServerObserver(rpc::CallObserver& recorder, bool count_served)
      : recorder_(recorder), count_served_(count_served) {}
  void OnCall(const rpc::CallRecord& record) override;
  rpc::CallKind KindOf(const rpc::CallRecord& record) override;
  bool OnCallOf(rpc::CallKind kind, Duration latency) override;

  // The path by which callers know this instance; once.
  void set_instance(std::string path);

 private:
  rpc::CallRecord Counted(const rpc::CallRecord& record) const;

  rpc::CallObserver& recorder_;
  const bool count_served_;
  std::string path_;
  std::atomic<bool> named_{false};  // path_ is there, and stays
};

}  // namespace bellrock::metrics::client
