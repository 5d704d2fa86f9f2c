// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <memory>
#include <string>
#include <utility>

#include "base/check.h"
#include "base/log.h"
#include "fiber/environment.h"
#include "naming/instance.h"

// What the parts of the registry's bench share.
namespace bellrock::naming::server {

struct Figure {
  std::string name;
  double value;
  std::string unit;
  std::string conditions;
};

inline void Check(const Status& status) {
  if (!status.ok()) log::Error("bench", "{}", status.ToString());
  BELLROCK_CHECK(status.ok(), "a bench step failed");
}

inline Time Now() {
  return fiber::RealEnvironment().clock.Now();
}

inline double SecondsSince(Time start) {
  return std::chrono::duration<double>(Now() - start).count();
}

// Ten instances a service, two sites, what a real one would say of itself.
inline std::string BenchPath(int64_t n) {
  return fmt::format("/{}/im/line{}/service{}/default/10.{}.{}.{}:8080", n % 2 ? "sz" : "sh",
                     n / 10 % 100, n / 10, n >> 16 & 255, n >> 8 & 255, n & 255);
}

inline Spec BenchSpec(int64_t n) {
  Spec spec;
  spec.path = BenchPath(n);
  spec.address = fmt::format("10.{}.{}.{}:8080", n >> 16 & 255, n >> 8 & 255, n & 255);
  auto traits = std::make_shared<Traits>();
  traits->version = "1.4.2";
  traits->labels = {{"zone", std::to_string(n % 3)}, {"lane", "main"}};
  spec.traits = std::move(traits);
  return spec;
}

}  // namespace bellrock::naming::server
