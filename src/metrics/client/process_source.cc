// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/client/process_source.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "fiber/disk_pool.h"
#include "fiber/fiber.h"
#include "fiber/loop_load.h"

namespace bellrock::metrics::client {
namespace {

constexpr uint64_t kPermille = 1000;

}  // namespace

// `asked` belongs to the home loop, the rest to whoever has the turn: `answered` passes it on.
struct ProcessSource::LoopProbe {
  bool asked = false;
  Time asked_at{};
  std::atomic<bool> answered{false};
  Duration delay{};
  size_t fibers = 0;
  size_t ready = 0;
  size_t calls = 0;
};

// Home loop's.
struct ProcessSource::UsageProbe {
  bool asked = false;
  bool known = false;
  Time at{};
  fiber::ProcessUsage now;
  uint64_t cpu_permille = 0;  // between the last two
  bool cpu_known = false;
};

ProcessSource::ProcessSource(fiber::Environment environment, ProcessSourceOptions options)
    : environment_(environment),
      options_(std::move(options)),
      callee_(SeriesCallee(SeriesKind::kProcess, options_.service)),
      attributes_(options_.host.empty() ? "" : "host=" + options_.host),
      usage_(std::make_shared<UsageProbe>()) {
  for (size_t i = 0; i < options_.loops.size(); ++i) {
    loops_.push_back(std::make_shared<LoopProbe>());
  }
}

void ProcessSource::Collect(int64_t second, bool last, v1::PushRequest& push) {
  if (last) return;
  TellLoops(second, push);
  TellUsage(second, push);
  AskLoops();
  AskUsage();
}

void ProcessSource::TellLoops(int64_t second, v1::PushRequest& push) {
  const Time now = environment_.clock.Now();
  Duration delay{};
  LoopProbe sum;
  bool known = false;
  for (const auto& probe : loops_) {
    if (!probe->asked) continue;
    known = true;
    const bool answered = probe->answered.load(std::memory_order_acquire);
    delay = std::max(delay, answered ? probe->delay : now - probe->asked_at);
    if (!answered) continue;
    sum.fibers += probe->fibers;
    sum.ready += probe->ready;
    sum.calls += probe->calls;
  }
  if (!known) return;
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(delay).count();
  Tell("loop_delay_us", second, static_cast<uint64_t>(us), push);
  Tell("fibers", second, sum.fibers, push);
  Tell("run_queue", second, sum.ready, push);
  if (options_.calls_in_flight) Tell("calls_in_flight", second, sum.calls, push);
}

void ProcessSource::TellUsage(int64_t second, v1::PushRequest& push) {
  if (!usage_->known) return;
  Tell("rss_kib", second, usage_->now.rss_bytes >> 10, push);
  Tell("threads", second, usage_->now.threads, push);
  Tell("open_files", second, usage_->now.open_files, push);
  if (usage_->cpu_known) Tell("cpu_permille", second, usage_->cpu_permille, push);
}

void ProcessSource::AskLoops() {
  for (size_t i = 0; i < loops_.size(); ++i) {
    const std::shared_ptr<LoopProbe>& probe = loops_[i];
    if (probe->asked && !probe->answered.load(std::memory_order_acquire)) continue;
    probe->asked = true;
    probe->asked_at = environment_.clock.Now();
    probe->answered.store(false, std::memory_order_relaxed);
    options_.loops[i]->Post([probe, &clock = environment_.clock, calls = options_.calls_in_flight] {
      probe->delay = clock.Now() - probe->asked_at;
      const fiber::LoopLoad load = fiber::LoadOfThisLoop();
      probe->fibers = load.live;
      probe->ready = load.ready;
      probe->calls = calls ? calls() : 0;
      probe->answered.store(true, std::memory_order_release);
    });
  }
}

// Counting descriptors takes as long as there are many of them.
void ProcessSource::AskUsage() {
  if (std::exchange(usage_->asked, true)) return;
  const Status spawned = fiber::Loop::Current()->Spawn(
      [usage = usage_, read = options_.usage, &clock = environment_.clock] {
        fiber::ProcessUsage now;
        fiber::RunOnDiskThread([&] { now = read(); });
        const Time at = clock.Now();
        const auto passed = static_cast<uint64_t>((at - usage->at).count());
        usage->cpu_known = usage->known && passed > 0 && now.cpu >= usage->now.cpu;
        if (usage->cpu_known) {
          const auto used = static_cast<uint64_t>((now.cpu - usage->now.cpu).count());
          usage->cpu_permille = used * kPermille / passed;
        }
        usage->now = now;
        usage->at = at;
        usage->known = true;
        usage->asked = false;
      });
  if (!spawned.ok()) usage_->asked = false;  // too many fibers: their number is told
}

void ProcessSource::Tell(const char* name, int64_t second, uint64_t value, v1::PushRequest& push) {
  AddGauge({callee_, name, options_.instance, attributes_}, second, value, push);
}

}  // namespace bellrock::metrics::client
