// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "duties.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <span>
#include <vector>

#include "audience.h"
#include "timed_run.h"

namespace bellrock::bench {
namespace {

// Batches in flight where the renewals are not what is measured: no fleet renews all at once.
constexpr int kRenewingMax = 16;

// The instances in an order that their registration did not have, cut into batches.
class Batches {
 public:
  explicit Batches(const LoadOptions& options)
      : order_(static_cast<size_t>(options.instances)), size_(static_cast<size_t>(options.batch)) {
    std::iota(order_.begin(), order_.end(), 0);
    std::shuffle(order_.begin(), order_.end(), std::mt19937_64(1));
  }
  size_t count() const { return (order_.size() + size_ - 1) / size_; }
  std::span<const int64_t> operator[](size_t i) const {
    const size_t from = i * size_;
    return std::span(order_).subspan(from, std::min(size_, order_.size() - from));
  }

 private:
  std::vector<int64_t> order_;
  const size_t size_;
};

void RenewOnce(RegistryClient& client, const LoadOptions& options, const Batches& batches) {
  size_t next = 0;
  InFibers(std::min(options.in_flight, kRenewingMax), [&](int lane) {
    while (next < batches.count()) {
      Check(client.Renew(static_cast<size_t>(lane), batches[next++]));
    }
  });
}

}  // namespace

void RegisterAll(RegistryClient& client, const LoadOptions& options) {
  Check(client.Prepare());
  int64_t next = 0;
  InFibers(options.in_flight, [&](int) {
    while (next < options.instances) Check(client.Register(next++));
  });
}

void RenewAll(RegistryClient& client, const LoadOptions& options) {
  RenewOnce(client, options, Batches(options));
}

void Fill(RegistryClient& client, const LoadOptions& options, Figures& figures) {
  const Instant begun = Now();
  RegisterAll(client, options);
  figures.Add("fill_s", SecondsBetween(begun, Now()));
  RenewAll(client, options);
}

void MeasureRegister(RegistryClient& client, const LoadOptions& options, Figures& figures) {
  Check(client.Prepare());
  TimedRun run(options);
  int64_t next = 0;
  InFibers(options.in_flight, [&](int) {
    while (next < options.instances && run.Running()) {
      const Instant begun = Now();
      Check(client.Register(next++));
      run.Add(begun);
    }
  });
  run.Report("register", figures);
}

void MeasureRenew(RegistryClient& client, const LoadOptions& options, Figures& figures) {
  const Batches batches(options);
  RenewOnce(client, options, batches);  // the first makes an instance work
  TimedRun run(options);
  size_t next = 0;
  InFibers(options.in_flight, [&](int lane) {
    while (run.Running()) {
      const auto batch = batches[next++ % batches.count()];
      const Instant begun = Now();
      Check(client.Renew(static_cast<size_t>(lane), batch));
      run.Add(begun, static_cast<int64_t>(batch.size()));
    }
  });
  run.Report("renew", figures);
}

void MeasureLookup(RegistryClient& client, const LoadOptions& options, Figures& figures) {
  RegisterAll(client, options);
  RenewAll(client, options);
  const Fleet fleet = options.fleet();
  TimedRun run(options);
  int64_t next = 0;
  InFibers(options.in_flight, [&](int) {
    while (run.Running()) {
      const Instant begun = Now();
      const auto found = client.Lookup(next++ % fleet.services());
      Check(found.status());
      if (*found != static_cast<size_t>(fleet.per_service)) {
        Fail(fmt::format("a lookup found {} of {} instances", *found, fleet.per_service));
      }
      run.Add(begun);
    }
  });
  run.Report("lookup", figures);
}

void MeasurePush(RegistryClient& client, const LoadOptions& options, Figures& figures) {
  // One service, and the instance that comes and goes.
  const int64_t here = options.per_service;
  Check(client.Prepare());
  for (int64_t n = 0; n < here; ++n) Check(client.Register(n));
  Audience audience(client, options.watchers, 1);
  audience.Await(static_cast<size_t>(here));
  std::vector<double> ms;
  for (int change = 0; change < options.changes; ++change) {
    const bool comes = change % 2 == 0;
    const Instant begun = Now();
    Check(comes ? client.Register(here) : client.Deregister(here));
    audience.Await(static_cast<size_t>(comes ? here + 1 : here));
    for (Instant told : audience.told()) ms.push_back(SecondsBetween(begun, told) * 1e3);
    Check(fiber::SleepFor(std::chrono::milliseconds(5)));
  }
  figures.AddLatencies("push", ms);
}

}  // namespace bellrock::bench
