// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/server/registry_host.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "base/log.h"
#include "naming/server/epoch_file.h"

namespace bellrock::naming::server {
namespace {

constexpr std::string_view kSubject = "naming/server";
// Precision of lease ends (VIN-093), and so the least time between two looks.
constexpr Duration kTick = std::chrono::milliseconds(10);
// Woken so much too late, we were not there to hear heartbeats: nobody is to blame for the time.
constexpr Duration kStall = std::chrono::seconds(1);
constexpr Duration kSnapshotRetry = std::chrono::seconds(10);
constexpr size_t kHeartbeatsAhead = 16;
constexpr size_t kSnapshotEntriesPerTurn = 500;

}  // namespace

RegistryHost::RegistryHost(fiber::Environment environment, const NamingServerOptions& options)
    : environment_(environment), options_(options), registry_(options.registry) {}

Result<std::shared_ptr<RegistryHost>> RegistryHost::Start(fiber::Environment environment,
                                                          const NamingServerOptions& options) {
  auto host = std::make_shared<RegistryHost>(environment, options);
  if (options.data_dir.empty()) {
    host->epoch_ = NewEpoch(environment.random);
  } else {
    BELLROCK_TRY(host->Recover().WithContext("naming data in " + options.data_dir));
  }
  RegistryHost* raw = host.get();
  host->timer_ = fiber::Start([raw] { raw->RunTimer(); });
  if (host->log_ != nullptr) host->snapshots_ = fiber::Start([raw] { raw->RunSnapshots(); });
  return host;
}

Status RegistryHost::Recover() {
  // Two registries writing one journal would each cut off what the other acknowledged.
  BELLROCK_TRY(environment_.disk.CreateDirectories(options_.data_dir));
  BELLROCK_ASSIGN(directory_lock_, environment_.disk.Lock(options_.data_dir + "/lock"));
  BELLROCK_ASSIGN(epoch_, LoadOrMakeEpoch(environment_, options_.data_dir));
  store::AppendLogOptions log_options;
  log_options.directory = options_.data_dir;
  log_options.segment_bytes = options_.segment_bytes;
  registry_.BeginRecovery();
  uint64_t records = 0;
  store::AppendLog::Recovery recovery;
  recovery.on_snapshot_entry = [&](uint64_t, std::string_view bytes) {
    BELLROCK_ASSIGN(SnapshotEntry entry, DecodeSnapshotEntry(bytes));
    registry_.Restore(std::move(entry));
    return Status::Ok();
  };
  recovery.on_record = [&](uint64_t sequence, std::string_view bytes) {
    BELLROCK_ASSIGN(const Command command, DecodeCommand(bytes));
    ++records;
    // What was refused when it was new is refused again.
    (void)registry_.Apply(command, sequence);
    return Status::Ok();
  };
  BELLROCK_ASSIGN(log_, store::AppendLog::Open(environment_, log_options, recovery));
  registry_.FinishRecovery(environment_.clock.Now());
  log::Info(kSubject, "recovered {} instances ({} journal records after the snapshot) from {}",
            registry_.tree().size(), records, options_.data_dir);
  return Status::Ok();
}

void RegistryHost::Stop() {
  if (stopping_) return;
  stopping_ = true;
  timer_.Cancel();
  snapshots_.Cancel();
  timer_.Join();
  snapshots_.Join();
  if (log_ != nullptr) log_->Close();
  directory_lock_.reset();
}

int64_t RegistryHost::UnixMs() {
  const auto since = environment_.clock.WallNow().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
}

Result<Applied> RegistryHost::Execute(Command command) {
  if (stopping_) return UnavailableError("the naming server is stopping: try another");
  BELLROCK_TRY(registry_.Check(command));
  if (log_ == nullptr) return registry_.Apply(command, ++memory_sequence_);
  Result<Applied> applied = InternalError("a committed record was not applied");
  BELLROCK_TRY(log_->Append(EncodeCommand(command), [&](uint64_t sequence) {
    applied = registry_.Apply(command, sequence);
  }));
  if (SnapshotDue()) snapshot_wake_.WakeOne();
  return applied;
}

void RegistryHost::Heartbeat(std::span<const std::string* const> paths,
                             const std::function<void(size_t)>& unknown) {
  const Time now = environment_.clock.Now();
  const int64_t unix_ms = UnixMs();
  std::array<Instance*, kHeartbeatsAhead> found;
  for (size_t start = 0; start < paths.size(); start += kHeartbeatsAhead) {
    const size_t count = std::min(kHeartbeatsAhead, paths.size() - start);
    // All first, for the waits for memory then overlap.
    for (size_t i = 0; i < count; ++i) found[i] = registry_.FindForHeartbeat(*paths[start + i]);
    for (size_t i = 0; i < count; ++i) {
      if (found[i] == nullptr) {
        unknown(start + i);
        continue;
      }
      if (registry_.Heartbeat(*found[i], now, unix_ms) == Beat::kFirst && log_ != nullptr) {
        log_->AppendLazily(EncodeCommand(WorkingCommand{*paths[start + i], unix_ms}));
      }
    }
  }
  // A lease may end earlier than the timer expects.
  if (registry_.NextExpiry() < timer_due_) timer_wake_.WakeOne();
}

std::string RegistryHost::storage_error() const {
  return log_ == nullptr || log_->health().ok() ? "" : log_->health().ToString();
}

void RegistryHost::RunTimer() {
  while (!stopping_) {
    const Time now = environment_.clock.Now();
    if (timer_due_ != kNever && now - timer_due_ > kStall) {
      log::Warning(kSubject, "was away for {} ms: every lease begins anew",
                   std::chrono::duration_cast<std::chrono::milliseconds>(now - timer_due_).count());
      registry_.RestartLeases(now);
    }
    const size_t ended = registry_.Tick(now, UnixMs());
    if (ended > 0) log::Info(kSubject, "{} instances became unreachable", ended);
    if (ended == Registry::kTickEndsMax) {
      timer_due_ = now;
      fiber::Yield();
      continue;
    }
    const Time next = registry_.NextExpiry();
    timer_due_ = next == kNever ? kNever : std::max(next, now + kTick);
    if (timer_wake_.Wait(timer_due_).code() == StatusCode::kCancelled) return;
  }
}

bool RegistryHost::SnapshotDue() const {
  return log_->records_since_snapshot() >= options_.snapshot_records ||
         log_->bytes_since_snapshot() >= options_.snapshot_bytes;
}

void RegistryHost::RunSnapshots() {
  while (!stopping_) {
    if (!SnapshotDue()) {
      if (!snapshot_wake_.Wait().ok()) return;
      continue;
    }
    const Status taken = TakeSnapshot();
    if (taken.ok()) continue;
    if (taken.code() == StatusCode::kCancelled) return;
    log::Warning(kSubject, "{}; next try in 10 s", taken.ToString());
    if (!fiber::SleepFor(kSnapshotRetry).ok()) return;
  }
}

Status RegistryHost::TakeSnapshot() {
  bool head = true;
  std::string after;
  return log_->TakeSnapshot([&](std::vector<std::string>& entries) {
    if (!std::exchange(head, false)) {
      return registry_.SnapshotInstances(after, kSnapshotEntriesPerTurn, entries);
    }
    registry_.SnapshotHead(entries);
    return false;
  });
}

}  // namespace bellrock::naming::server
