// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "bellrock/fiber.h"
#include "bellrock/metrics.h"

// Figures of a program's own, without a Server and without a call: logins by level and VIP, how
// many are under way, and how large the passwords are.
//   logins [SECONDS [A_SECOND]]
namespace {

bellrock::Counter logins("logins", {"level", "vip"});
bellrock::Gauge under_way("logins_under_way");
bellrock::Distribution password_bytes("password_bytes");

// Whoever logs in often is worth a handle.
void LogIn(uint64_t number) {
  static bellrock::Counter::Series& vip28 = logins.With("28", "yes");
  if (number % 10 == 0) {
    vip28.Add();
  } else {
    logins.Add({std::to_string(number % 3), "no"});
  }
  password_bytes.Record(8 + number % 20);
}

}  // namespace

int main(int argc, char** argv) {
  const int seconds = argc > 1 ? std::atoi(argv[1]) : 10;
  const int a_second = argc > 2 ? std::atoi(argv[2]) : 1000;
  bellrock::MetricsSession session("shop/login");
  if (!session.status().ok()) {
    std::fprintf(stderr, "%s\n", session.status().ToString().c_str());
    return 1;
  }
  constexpr int kWorkers = 3;
  constexpr int kPausesASecond = 20;
  const auto each = static_cast<uint64_t>(a_second / kWorkers / kPausesASecond + 1);
  std::vector<bellrock::Completion> done(kWorkers);
  for (uint64_t i = 0; i < kWorkers; ++i) {
    const bellrock::Status started = bellrock::Go([&, i, end = done[i]]() mutable {
      for (int pause = 0; pause < seconds * kPausesASecond; ++pause) {
        under_way.Set(each);
        for (uint64_t n = 0; n < each; ++n) LogIn(n + i);
        (void)bellrock::SleepFor(std::chrono::milliseconds(1000 / kPausesASecond));
      }
      end.Set();
    });
    if (!started.ok()) return 1;
  }
  for (const bellrock::Completion& worker : done) (void)worker.Wait();
  const uint64_t all = each * kWorkers * static_cast<uint64_t>(seconds * kPausesASecond);
  std::printf("{\"logins\": %llu}\n", static_cast<unsigned long long>(all));
  return 0;
}
