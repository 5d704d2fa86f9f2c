// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "fiber/environment.h"
#include "rpc/protect/admission_gate.h"
#include "rpc/protect/protection.h"

// What protection costs a call: asking and leaving, on one thread. --json prints a list for
// ./run bench.
namespace bellrock::rpc::protect {
namespace {

constexpr uint64_t kRuns = 1000;
constexpr uint64_t kCallsPerRun = 1000;
constexpr const char* kLimit = R"({"concurrency": {"mode": "PROTECTION_ON", "floor": 1000}})";
constexpr const char* kAll = R"({"concurrency": {"mode": "PROTECTION_ON", "floor": 1000},
    "queue": {"mode": "PROTECTION_ON"},
    "quotas": {"mode": "PROTECTION_ON", "quotas": [{"consumer": "*", "calls_per_second": 1e9}]},
    "consumers": [{"consumer": "pay/*", "qos": "QOS_CRITICAL"}], "shares": {"critical": 0.1}})";
constexpr const char* kNothingLeft = R"({"quotas": {"mode": "PROTECTION_ON",
    "quotas": [{"consumer": "*", "calls_per_second": 0.001}]}})";

struct Figure {
  std::string name;
  double ns;
  std::string conditions;
};

fiber::Clock& RealClock() {
  return fiber::RealEnvironment().clock;
}

// Nanoseconds per call in the median of the fastest tenth of short runs: the others were disturbed.
template <typename Call>
double FastestNs(Call call) {
  std::vector<double> runs;
  for (uint64_t run = 0; run < kRuns; ++run) {
    const Time begin = RealClock().Now();
    for (uint64_t i = 0; i < kCallsPerRun; ++i) call(i);
    runs.push_back(static_cast<double>((RealClock().Now() - begin).count()) / kCallsPerRun);
  }
  std::sort(runs.begin(), runs.end());
  return runs[kRuns / 20];
}

const std::vector<std::string>& Methods() {
  static const std::vector<std::string> methods = {"music.v1.Catalog/GetMp3List",
                                                   "music.v1.Catalog/Search"};
  return methods;
}

// Consumers whose calls come in turn.
const std::vector<std::string>& Consumers() {
  static const std::vector<std::string> consumers = {"web/gateway", "web/mobile", "job/report",
                                                     "pay/till"};
  return consumers;
}

double PureNs(const char* json) {
  Protection protection(Methods());
  std::vector<Wake> wakes;
  Time now = RealClock().Now();
  BELLROCK_CHECK(protection.SetPolicy(now, *PolicyFromJson(json), wakes).ok(), "policy");
  return FastestNs([&](uint64_t i) {
    now += Duration(500);
    const Decision decision =
        protection.Admit(now, {.method = 0, .consumer = Consumers()[i % 4], .arrived = now}, wakes);
    now += Duration(500);
    if (decision.verdict == Verdict::kAdmit) {
      protection.OnFinished(now, decision.token, StatusCode::kOk, wakes);
    }
  });
}

double GateNs(const char* json) {
  AdmissionGate gate(RealClock(), Methods());
  BELLROCK_CHECK(gate.SetPolicy(*PolicyFromJson(json)).ok(), "policy");
  const Time begun = RealClock().Now();
  return FastestNs([&](uint64_t i) {
    std::optional<AdmissionPass> pass(std::in_place);
    if (gate.active()) {
      (void)pass->Ask(gate, {.method = 0, .consumer = Consumers()[i % 4], .arrived = begun});
    }
    pass->Leave(StatusCode::kOk);
  });
}

std::vector<Figure> Measure() {
  const std::string pair = "a call's two operations together, one thread, ";
  return {{"protect.off.ns", GateNs("{}"), pair + "no policy"},
          {"protect.limit.pure.ns", PureNs(kLimit), pair + "adaptive limit, no lock or clock"},
          {"protect.all.pure.ns", PureNs(kAll),
           pair + "limit, queue, quota and class, 4 consumers in turn, no lock or clock"},
          {"protect.limit.gate.ns", GateNs(kLimit),
           pair + "adaptive limit, with lock and two readings of the clock"},
          {"protect.refused.pure.ns", PureNs(kNothingLeft), "one refusal with its text"}};
}

void Print(const std::vector<Figure>& figures, bool json) {
  std::string text = json ? "[" : "";
  for (const Figure& figure : figures) {
    if (json) {
      text += fmt::format(
          "{}{{\"name\":\"{}\",\"value\":{:.1f},\"unit\":\"ns\",\"conditions\":\"{}\"}}",
          text.size() > 1 ? ",\n " : "", figure.name, figure.ns, figure.conditions);
    } else {
      text += fmt::format("{:<26} {:>8.1f} ns  {}\n", figure.name, figure.ns, figure.conditions);
    }
  }
  fmt::print("{}{}", text, json ? "]\n" : "");
}

}  // namespace
}  // namespace bellrock::rpc::protect

int main(int argc, char** argv) {
  const bool json = argc > 1 && std::string_view(argv[1]) == "--json";
  bellrock::rpc::protect::Print(bellrock::rpc::protect::Measure(), json);
  return 0;
}
