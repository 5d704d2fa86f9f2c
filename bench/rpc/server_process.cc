// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "server_process.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>

namespace bellrock::bench {
namespace {

constexpr std::chrono::milliseconds kSlowTime(5);

void Burn() {
  const auto until = std::chrono::steady_clock::now() + kSlowTime;
  while (std::chrono::steady_clock::now() < until) {
  }
}

}  // namespace

void BeSlow(v1::Slowness slowness) {
  if (slowness == v1::SLOWNESS_BURN) Burn();
  if (slowness == v1::SLOWNESS_BLOCK) {
    usleep(static_cast<useconds_t>(std::chrono::microseconds(kSlowTime).count()));
  }
}

void ServeUntilInputEnds(int port) {
  fmt::print("port {}\n", port);
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
}

}  // namespace bellrock::bench
