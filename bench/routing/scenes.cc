// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Plays the scenes of tests/sim/routing_scenes.h with each policy and prints what became of them:
// the table in docs/design/routing.md. Simulated time; the same seed prints the same table.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "routing_plots.h"
#include "routing_scenes.h"

namespace bellrock::routing::sim {
namespace {

struct Options {
  std::vector<std::string> scenes;
  std::string svg;  // folder
  std::vector<std::string> policies = {"weighted_round_robin", "l5", "p2c", "least_request"};
  uint64_t seed = 1;
  size_t callers = 50;
  bool retry = false;
  bool course = false;
  bool refuses = true;
  double calls_per_s = 0;  // 0: the scene's
  double calls_min = L5Options{}.calls_min;
  double kept_fade = L5Options{}.kept_fade;
  double decay_s = 3;
  double damping = L5Options{}.damping;
  double change_max = L5Options{}.change_max;
};

void PrintHead() {
  fmt::print(
      "| scene | policy | failed | refused | p50 | p99 | goodput | load error | swing | dead gets "
      "| "
      "served again | shared again | peak | queue | suspected |\n"
      "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n");
}

// Shares in percent, latencies in milliseconds, times in seconds.
void Print(const Scene& scene, const std::string& policy, const Outcome& outcome) {
  fmt::print(
      "| {} | {} | {} | {} | {:.1f} | {:.0f} | {:.0f} | {:.0f} | {:.0f}, {:.0f} | {:.0f} | {:.1f} "
      "| "
      "{:.1f} | {:.2f} | {} | {:.2f} |\n",
      scene.name, policy, outcome.failed, outcome.refused, outcome.p50_ms, outcome.p99_ms,
      100 * outcome.goodput, 100 * outcome.load_error, 100 * outcome.swing,
      100 * outcome.swing_of_one, 100 * outcome.quiet_load, outcome.served_again_s,
      outcome.shared_again_s, outcome.return_peak, outcome.return_queue, 100 * outcome.suspected);
  std::fflush(stdout);
}

// What happened in each second: how a scene came to its figures.
void PrintCourse(const std::string& policy, const Recording& recording) {
  constexpr size_t kSteps = std::chrono::seconds(1) / Recording::kStep;
  fmt::print(
      "\n{}\n| second | offered | refused | failed | sent | served | goodput | p50 | queue |\n"
      "|---|---|---|---|---|---|---|---|---|\n",
      policy);
  for (size_t second = 0; (second + 1) * kSteps <= recording.steps(); ++second) {
    const Span span{std::chrono::seconds(second), std::chrono::seconds(second + 1)};
    const Recording::Step sum = recording.Sum(span);
    uint64_t sent = 0;
    double waiting = 0;
    for (size_t k = 0; k < recording.callees(); ++k) {
      sent += recording.Sent(k, span);
      waiting += recording.LongestQueue(k, span);
    }
    fmt::print("| {} | {} | {} | {} | {} | {} | {:.0f} | {:.1f} | {:.1f} |\n", second, sum.offered,
               sum.refused, sum.failed, sent, recording.Served(span),
               100 * static_cast<double>(recording.Served(span)) /
                   static_cast<double>(recording.Capacity(span)),
               recording.LatencyMs(0.5, span), waiting / static_cast<double>(recording.callees()));
  }
}

void Set(const Options& options, const std::string& policy, Scene& scene) {
  WorldOptions& world = scene.options;
  world.seed = options.seed;
  world.callers = options.callers;
  world.retry = options.retry;
  if (options.calls_per_s > 0) world.calls_per_s = options.calls_per_s;
  world.caller.settings.mutable_overload()->set_off(!options.refuses);
  world.caller.settings.set_policy(policy);
  world.caller.load.decay = Duration(static_cast<int64_t>(options.decay_s * 1e9));
  L5Options& l5 = world.caller.engine.l5;
  l5.calls_min = options.calls_min;
  l5.kept_fade = options.kept_fade;
  l5.damping = options.damping;
  l5.change_max = options.change_max;
}

void PlayAll(const Options& options, std::string_view name) {
  std::vector<Course> courses;
  for (const std::string& policy : options.policies) {
    Scene scene = SceneOf(name);
    Set(options, policy, scene);
    const auto began = std::clock();
    courses.push_back({policy, Play(scene)});
    Print(scene, policy, Judge(scene, courses.back().recording));
    if (options.course) PrintCourse(policy, courses.back().recording);
    fmt::print(stderr, "{} {}: {:.1f} s\n", name, policy,
               static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC);
  }
  if (options.svg.empty()) return;
  const std::string path = fmt::format("{}/{}.svg", options.svg, name);
  std::ofstream(path) << Plot(SceneOf(name), courses);
}

int Main(const Options& options) {
  PrintHead();
  for (std::string_view name : SceneNames()) {
    const auto& only = options.scenes;
    if (!only.empty() && std::find(only.begin(), only.end(), name) == only.end()) continue;
    PlayAll(options, name);
  }
  return 0;
}

}  // namespace
}  // namespace bellrock::routing::sim

int main(int argc, char** argv) {
  bellrock::routing::sim::Options options;
  CLI::App app{"Scenes of routing in simulated time"};
  app.add_option("--scene", options.scenes, "only these");
  app.add_option("--policy", options.policies, "only these");
  app.add_option("--svg", options.svg, "folder for a plot of each scene");
  app.add_option("--seed", options.seed);
  app.add_option("--callers", options.callers);
  app.add_flag("--retry", options.retry, "one retry on another instance");
  app.add_flag("--course", options.course, "what happened in each second as well");
  app.add_flag("!--no-refusal", options.refuses, "callers refuse nothing");
  app.add_option("--calls-per-s", options.calls_per_s, "of all callers");
  app.add_option("--calls-min", options.calls_min);
  app.add_option("--kept-fade", options.kept_fade);
  app.add_option("--decay-s", options.decay_s);
  app.add_option("--damping", options.damping);
  app.add_option("--change-max", options.change_max);
  CLI11_PARSE(app, argc, argv);
  return bellrock::routing::sim::Main(options);
}
