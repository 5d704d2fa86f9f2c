// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing_scenes.h"

#include <array>
#include <memory>
#include <numeric>

#include "base/check.h"

namespace bellrock::routing::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr size_t kCallees = 100;
constexpr Duration kFaultBegins = seconds(12);
constexpr Duration kFaultEnds = seconds(32);

using Change = std::function<void(World&, size_t callee)>;

// 100 instances in two sites, each of 250 calls/s: 10'000 calls/s are 40 % of what they can do.
Scene Plain(std::string name, std::string about) {
  Scene scene{.name = std::move(name), .about = std::move(about)};
  scene.callees.resize(kCallees);
  for (size_t k = 0; k < kCallees; ++k) scene.callees[k].site = k % 2 == 0 ? "sz" : "sh";
  scene.length = seconds(57);
  scene.before = {seconds(5), kFaultBegins};
  scene.fault = {kFaultBegins, kFaultEnds};
  scene.after = {seconds(47), seconds(57)};
  return scene;
}

Scene Calm(std::string name, std::string about) {
  Scene scene = Plain(std::move(name), std::move(about));
  scene.length = seconds(35);
  scene.before = {seconds(10), scene.length};
  scene.fault = {scene.length, scene.length};
  scene.after = scene.before;
  return scene;
}

std::vector<size_t> Range(size_t first, size_t count) {
  std::vector<size_t> range(count);
  std::iota(range.begin(), range.end(), first);
  return range;
}

void Hurt(Scene& scene, std::vector<size_t> hurt, Change begin, Change end) {
  scene.hurt = std::move(hurt);
  scene.changes.emplace_back(scene.fault.from, [hurt = scene.hurt, begin](World& world) {
    for (size_t k : hurt) begin(world, k);
  });
  scene.changes.emplace_back(scene.fault.to, [hurt = scene.hurt, end](World& world) {
    for (size_t k : hurt) end(world, k);
  });
}

Change Reaching(Reach reach) {
  return [reach](World& world, size_t k) { world.SetReach(k, reach); };
}

Change Slower(double factor) {
  return [factor](World& world, size_t k) { world.model(k).slow = factor; };
}

Scene Steady() {
  return Calm("steady", "all alike, 40 % used");
}

Scene Hot() {
  Scene scene = Calm("hot", "all alike, 85 % used");
  for (CalleeModel& model : scene.callees) model.service = milliseconds(17);
  return scene;
}

// Workers enough that a call waits for none. Some calls take 100 times the mean.
Scene LongTail() {
  Scene scene = Calm("long-tail", "1 % of the calls take 15 times the mean and more");
  for (CalleeModel& model : scene.callees) {
    model.workers = 16;
    model.spread = 2.3;
  }
  scene.options.timeout = seconds(2);
  return scene;
}

// Strengths 1, 2, 4 that naming knows of.
Scene Weighted() {
  Scene scene = Calm("weighted", "instances of 1, 2 and 4 workers, with static weights to match");
  for (size_t k = 0; k < kCallees; ++k) {
    const uint32_t strength = 1u << k % 3;
    scene.callees[k].workers = strength;
    scene.callees[k].static_weight = 100 * strength;
  }
  return scene;
}

// Strengths that nobody told.
Scene Mixed() {
  Scene scene = Calm("mixed", "machines of speed 1, 2 and 4, all with the same static weight");
  for (size_t k = 0; k < kCallees; ++k) {
    scene.callees[k].service = milliseconds(16) / (1 << k % 3);
  }
  return scene;
}

Scene Slow() {
  Scene scene = Plain("slow", "one instance 10 times slower");
  Hurt(scene, {7}, Slower(10), Slower(1));
  return scene;
}

Scene Failing() {
  Scene scene = Plain("failing", "one instance answers 30 % of its calls with an error, fast");
  Hurt(
      scene, {7}, [](World& world, size_t k) { world.model(k).failing = 0.3; },
      [](World& world, size_t k) { world.model(k).failing = 0; });
  return scene;
}

Scene Flapping() {
  Scene scene = Plain("flapping", "one instance up for 2 s, gone for 2 s, and so on");
  scene.hurt = {7};
  for (Duration at = scene.fault.from; at < scene.fault.to; at += seconds(4)) {
    scene.changes.emplace_back(at, [](World& world) { world.SetReach(7, Reach::kRefuses); });
    scene.changes.emplace_back(at + seconds(2),
                               [](World& world) { world.SetReach(7, Reach::kUp); });
  }
  return scene;
}

Scene HalfDead() {
  Scene scene = Plain("half-dead", "one instance accepts everything and answers nothing");
  Hurt(scene, {7}, Reaching(Reach::kHangs), Reaching(Reach::kUp));
  return scene;
}

Scene Killed() {
  Scene scene = Plain("killed", "one instance refuses connections");
  Hurt(scene, {7}, Reaching(Reach::kRefuses), Reaching(Reach::kUp));
  return scene;
}

Scene BrownOut() {
  Scene scene = Plain("brown-out", "all 3 times slower for 20 s, 72 % used then");
  scene.options.calls_per_s = 6'000;
  Hurt(scene, Range(0, kCallees), Slower(3), Slower(1));
  return scene;
}

Scene SiteLoss() {
  Scene scene = Plain("site-loss", "one of two sites cut off without a word; it returns");
  std::vector<size_t> site;
  for (size_t k = 1; k < kCallees; k += 2) site.push_back(k);
  Hurt(scene, site, Reaching(Reach::kLost), Reaching(Reach::kUp));
  return scene;
}

Scene CapacityLoss() {
  Scene scene = Plain("capacity-loss", "60 of 100 instances gone, 150 % of the rest is asked for");
  scene.options.calls_per_s = 15'000;
  Hurt(scene, Range(0, 60), Reaching(Reach::kRefuses), Reaching(Reach::kUp));
  return scene;
}

Scene Overloaded() {
  Scene scene = Plain("overloaded", "all at 40 % of their speed, 150 % of it is asked for");
  scene.options.calls_per_s = 15'000;
  Hurt(scene, Range(0, kCallees), Slower(2.5), Slower(1));
  return scene;
}

// As a server with its limit and queue on (docs/protection.md).
Scene OverloadedGuarded() {
  Scene scene = Overloaded();
  scene.name = "overloaded-guarded";
  scene.about = "the same, with the limit and the queue of the product's server on";
  for (CalleeModel& model : scene.callees) {
    model.queue_max = 1000;
    model.guarded = true;
  }
  return scene;
}

// No protection of its own: long queue, works for those who left long ago.
Scene OverloadedBare() {
  Scene scene = Overloaded();
  scene.name = "overloaded-bare";
  scene.about = "the same, with instances that protect themselves in no way";
  for (CalleeModel& model : scene.callees) {
    model.queue_max = 200;
    model.refuses_when_full = false;
    model.drops_late = false;
  }
  return scene;
}

Scene Return() {
  Scene scene = Plain("return", "30 instances gone, and back at the same moment");
  Hurt(scene, Range(0, 30), Reaching(Reach::kRefuses), Reaching(Reach::kUp));
  return scene;
}

// The "fault" is the time before they are there.
Scene Cold() {
  Scene scene = Plain("cold", "10 new instances, 8 times slower at first, warm after 10 s");
  const auto leave = [](World& world, size_t k) { world.SetListed(k, false); };
  const auto enter = [](World& world, size_t k) {
    CalleeModel& model = world.model(k);
    model.cold_slow = 8;
    model.cold_from = world.now();
    model.cold_until = world.now() + seconds(10);
    world.SetListed(k, true);
  };
  Hurt(scene, Range(0, 10), leave, enter);
  return scene;
}

Scene WarmedUp() {
  Scene scene = Cold();
  scene.name = "warmed-up";
  scene.about = "the same, with warm_up of 10 s";
  scene.options.caller.settings.mutable_warm_up()->set_duration_ms(10'000);
  return scene;
}

struct Named {
  std::string_view name;
  Scene (*make)();
};
constexpr std::array<Named, 19> kScenes = {{
    {"steady", Steady},
    {"hot", Hot},
    {"long-tail", LongTail},
    {"weighted", Weighted},
    {"mixed", Mixed},
    {"slow", Slow},
    {"failing", Failing},
    {"flapping", Flapping},
    {"half-dead", HalfDead},
    {"killed", Killed},
    {"brown-out", BrownOut},
    {"site-loss", SiteLoss},
    {"capacity-loss", CapacityLoss},
    {"overloaded", Overloaded},
    {"overloaded-guarded", OverloadedGuarded},
    {"overloaded-bare", OverloadedBare},
    {"return", Return},
    {"cold", Cold},
    {"warmed-up", WarmedUp},
}};

}  // namespace

Scene SceneOf(std::string_view name) {
  for (const Named& named : kScenes) {
    if (named.name == name) return named.make();
  }
  BELLROCK_CHECK(false, "no scene of this name");
  return {};
}

const std::vector<std::string_view>& SceneNames() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> all;
    for (const Named& named : kScenes) all.push_back(named.name);
    return all;
  }();
  return names;
}

Recording Play(const Scene& scene) {
  World world(scene.options, scene.callees);
  for (const auto& [when, change] : scene.changes) world.At(when, change);
  return world.Run(scene.length);
}

}  // namespace bellrock::routing::sim
