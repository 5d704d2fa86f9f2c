// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/server/registry_host.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "base/log.h"
#include "fiber/unix_time.h"
#include "naming/server/life_file.h"
#include "naming/server/override_file.h"
#include "naming/server/stopping.h"

namespace bellrock::naming::server {
namespace {

constexpr std::string_view kSubject = "naming/server";
// Precision of lease ends (VIN-093), and so the least time between two looks.
constexpr Duration kTick = std::chrono::milliseconds(10);
// Woken so much too late, we were not there to hear heartbeats: nobody is to blame for the time.
constexpr Duration kStall = std::chrono::seconds(1);
constexpr Duration kSnapshotRetry = std::chrono::seconds(10);
constexpr Duration kWriteRetry = std::chrono::milliseconds(500);
constexpr size_t kHeartbeatsAhead = 16;
constexpr size_t kSnapshotEntriesPerTurn = 500;

}  // namespace

RegistryHost::RegistryHost(fiber::Environment environment, const NamingServerOptions& options,
                           uint64_t life)
    : environment_(environment),
      options_(options),
      node_({node::NodeNumber(options.node), life}, options.registry, environment.random.Next()) {}

Result<std::shared_ptr<RegistryHost>> RegistryHost::Start(fiber::Environment environment,
                                                          const NamingServerOptions& options) {
  std::unique_ptr<fiber::FileLock> lock;
  auto life = static_cast<uint64_t>(fiber::UnixMs(environment.clock));
  if (!options.data_dir.empty()) {
    // Two registries writing one journal would each cut off what the other acknowledged.
    BELLROCK_TRY(environment.disk.CreateDirectories(options.data_dir));
    BELLROCK_ASSIGN(lock, environment.disk.Lock(options.data_dir + "/lock"));
    BELLROCK_ASSIGN(life, BeginLife(environment, options.data_dir));
  }
  auto host = std::make_shared<RegistryHost>(environment, options, life);
  host->directory_lock_ = std::move(lock);
  if (!options.data_dir.empty()) {
    BELLROCK_TRY(host->Recover().WithContext("naming data in " + options.data_dir));
    host->RecoverOverrides();
  }
  if (!options.cluster) {
    const node::Peer self{node::NodeNumber(options.node), options.node, options.site, ""};
    host->node_.SetPlan(node::AlonePlan(self), host->Now().now);
  }
  RegistryHost* raw = host.get();
  host->timer_ = fiber::Start([raw] { raw->RunTimer(); });
  host->journal_writer_ = fiber::Start([raw] { raw->RunJournal(); });
  if (host->log_ != nullptr) host->snapshots_ = fiber::Start([raw] { raw->RunSnapshots(); });
  return host;
}

Status RegistryHost::Recover() {
  store::AppendLogOptions log_options;
  log_options.directory = options_.data_dir;
  log_options.segment_bytes = options_.segment_bytes;
  registry().BeginRecovery();
  replica::Recovery restored(registry().replica());
  uint64_t units = 0;
  store::AppendLog::Recovery recovery;
  recovery.on_snapshot_entry = [&](uint64_t, std::string_view bytes) {
    return restored.OnSnapshotEntry(bytes, Now());
  };
  recovery.on_record = [&](uint64_t, std::string_view bytes) {
    ++units;
    return restored.OnUnit(bytes, Now());
  };
  BELLROCK_ASSIGN(log_, store::AppendLog::Open(environment_, log_options, recovery));
  restored.Finish();
  registry().FinishRecovery();
  log::Info(kSubject, "recovered {} instances ({} journal records after the snapshot) from {}",
            registry().tree().size(), units, options_.data_dir);
  return Status::Ok();
}

void RegistryHost::RecoverOverrides() {
  const auto kept = LoadOverrides(environment_.disk, options_.data_dir);
  if (kept.ok()) return RestoreOverrides(*kept, Now(), node_.protection());
  log::Warning(kSubject, "what operators said about protections is lost: {}",
               kept.status().ToString());
}

void RegistryHost::KeepOverrides() {
  if (options_.data_dir.empty()) return;
  fiber::MutexLock lock(overrides_mutex_);
  const Status saved = SaveOverrides(environment_.disk, options_.data_dir,
                                     OverridesToKeep(node_.protection(), Now()));
  if (saved.ok()) return;
  log::Warning(kSubject, "an operator's word on a protection holds until this server ends: {}",
               saved.ToString());
}

void RegistryHost::Stop() {
  if (stopping_) return;
  stopping_ = true;
  timer_.Cancel();
  snapshots_.Cancel();
  timer_.Join();
  snapshots_.Join();
  journal_wake_.WakeAll();
  journal_writer_.Join();
  news_.WakeAll();
  if (log_ != nullptr) log_->Close();
  directory_lock_.reset();
}

Moment RegistryHost::Now() const {
  return {environment_.clock.Now(), fiber::UnixMs(environment_.clock)};
}

Status RegistryHost::MayTakeWords() const {
  if (stopping_) return StoppingError();
  if (outlived()) return OutlivedError().WithContext("nothing was changed");
  if (!write_error_.ok()) return write_error_.WithContext("nothing was changed");
  if (waiters_.size() < kWaitersMax) return Status::Ok();
  return ResourceExhaustedError(
      fmt::format("{} words wait for the disk, the limit: try again later", waiters_.size()));
}

Result<Registered> RegistryHost::Register(Spec spec, uint64_t sequence) {
  BELLROCK_TRY(MayTakeWords());
  BELLROCK_ASSIGN(const Registered done, registry().Register(std::move(spec), sequence, Now()));
  BELLROCK_TRY(AwaitDurable());
  return done;
}

Status RegistryHost::Deregister(std::string_view path, uint64_t incarnation) {
  BELLROCK_TRY(MayTakeWords());
  BELLROCK_TRY(registry().Deregister(path, incarnation, Now()));
  return AwaitDurable();
}

Status RegistryHost::Operate(std::string_view path, const OperatorState& state,
                             const WindowTimes& times) {
  BELLROCK_TRY(MayTakeWords());
  BELLROCK_TRY(registry().Operate(path, state, Now(), times));
  return AwaitDurable();
}

Result<uint64_t> RegistryHost::SetDocument(std::string_view path, const OperatorState& state,
                                           uint64_t expected_version) {
  BELLROCK_TRY(MayTakeWords());
  BELLROCK_ASSIGN(const uint64_t version,
                  registry().SetDocument(path, state, expected_version, Now()));
  BELLROCK_TRY(AwaitDurable());
  return version;
}

// Also of a word that changed nothing: it was said before, and may still be on its way to the disk.
Status RegistryHost::AwaitDurable() {
  Changed();
  if (journal_.durable() >= journal_.collected()) return Status::Ok();
  auto waiter = std::make_shared<Waiter>();
  waiter->position = journal_.collected();
  waiters_.push_back(waiter);
  fiber::ScopedShield shield;  // whoever hangs up, what was said is done: he may as well hear it
  BELLROCK_TRY(waiter->done.Wait());
  return waiter->result;
}

void RegistryHost::Release(const Status& failure) {
  while (!waiters_.empty()) {
    if (failure.ok() && waiters_.front()->position > journal_.durable()) return;
    waiters_.front()->result = failure;
    waiters_.front()->done.Set();
    waiters_.pop_front();
  }
}

void RegistryHost::Changed() {
  if (registry().replica().has_changes()) {
    journal_.Collect(registry().replica());
    if (log_ == nullptr) journal_.Discard();
    journal_wake_.WakeOne();
    news_.WakeAll();
  }
  if (node_.NextTick() < timer_due_) timer_wake_.WakeOne();
}

void RegistryHost::RunJournal() {
  while (log_ != nullptr) {
    if (journal_.idle()) {
      if (stopping_) return;
      (void)journal_wake_.Wait();
      continue;
    }
    disk_.OnBegin(Now().now);
    write_error_ = log_->Append(journal_.NextUnit(registry().replica()), [](uint64_t) {});
    disk_.OnEnd(write_error_.ok(), Now().now);
    if (write_error_.ok()) {
      journal_.Written();
      Release(Status::Ok());
      if (SnapshotDue()) snapshot_wake_.WakeOne();
      continue;
    }
    journal_.Failed();
    if (write_complaint_.Due(Now().now)) {
      log::Warning(kSubject, "{} changes wait for the disk: {}", journal_.waiting(),
                   write_error_.ToString());
    }
    Release(write_error_.WithContext("done, but not on disk yet (it will be when it can)"));
    if (stopping_) return;
    (void)fiber::SleepFor(kWriteRetry);
  }
}

void RegistryHost::Heartbeat(const Beats& beats, const std::function<void(size_t)>& unknown) {
  const Moment now = Now();
  const auto of = [](std::span<const uint64_t> numbers, size_t at) {
    return at < numbers.size() ? numbers[at] : 0;
  };
  std::array<Instance*, kHeartbeatsAhead> found;
  for (size_t start = 0; start < beats.paths.size(); start += kHeartbeatsAhead) {
    const size_t count = std::min(kHeartbeatsAhead, beats.paths.size() - start);
    // All first, for the waits for memory then overlap.
    for (size_t i = 0; i < count; ++i) {
      found[i] = registry().FindForHeartbeat(*beats.paths[start + i]);
    }
    for (size_t i = 0; i < count; ++i) {
      const size_t at = start + i;
      const bool known =
          found[i] != nullptr && registry().Heartbeat(*found[i], of(beats.incarnations, at),
                                                      of(beats.counts, at), now) != Beat::kUnknown;
      if (!known) unknown(at);
    }
  }
  Changed();
}

std::string RegistryHost::storage_error() const {
  const Status outlived = OutlivedError();
  if (!outlived.ok()) return outlived.ToString();
  return write_error_.ok() ? "" : write_error_.ToString();
}

Status RegistryHost::OutlivedError() const {
  if (!outlived()) return Status::Ok();
  return UnavailableError(
      fmt::format("the others know a later life of this server, {} after {}; its disk was "
                  "lost and its clock went back, or two servers have its name {}: start it again",
                  node_.registry().replica().latest_life(), node_.registry().replica().self().epoch,
                  options_.node));
}

// Once: what is said in this life would not be told from what was said in the later one.
void RegistryHost::NoticeLaterLife() {
  if (told_outlived_ || !outlived()) return;
  told_outlived_ = true;
  log::Error(kSubject, "{}", OutlivedError().message());
  if (options_.data_dir.empty()) return;
  const Status kept =
      KeepLife(environment_, options_.data_dir, node_.registry().replica().latest_life());
  if (!kept.ok()) log::Error(kSubject, "its next life may be as early: {}", kept.ToString());
}

void RegistryHost::RunTimer() {
  while (!stopping_) {
    const Moment now = Now();
    if (timer_due_ != kNever && now.now - timer_due_ > kStall) {
      log::Warning(
          kSubject, "was away for {} ms: every lease begins anew",
          std::chrono::duration_cast<std::chrono::milliseconds>(now.now - timer_due_).count());
      node_.Away(now.now);
    }
    const uint64_t ended = registry().totals().expirations;
    const bool again = node_.Tick(now);
    if (registry().totals().expirations != ended) {
      log::Info(kSubject, "{} instances became unreachable",
                registry().totals().expirations - ended);
    }
    NoticeLaterLife();
    timer_due_ = again ? now.now : std::max(node_.NextTick(), now.now + kTick);
    Changed();
    if (again) {
      fiber::Yield();
      continue;
    }
    if (timer_wake_.Wait(timer_due_).code() == StatusCode::kCancelled) return;
  }
}

bool RegistryHost::SnapshotDue() const {
  return log_->records_since_snapshot() >= options_.snapshot_units ||
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
  replica::SnapshotCursor cursor;
  return log_->TakeSnapshot([&](std::vector<std::string>& entries) {
    return cursor.Next(registry().replica(), entries.size() + kSnapshotEntriesPerTurn, entries);
  });
}

}  // namespace bellrock::naming::server
