// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
//
// Watchers of all kinds, slow and fast, that go away and come back, while instances come, change
// and go, the ring of events is short, queues overflow and pushes pause. Checked always: no watcher
// goes a step back in what it knows of an instance. At the end: each has the true state of its
// target as its filter wants it. A failing run prints its seed.
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "watch_peers.h"

namespace bellrock::naming::server {
namespace {

constexpr uint64_t kSeeds = 6;
constexpr int kSteps = 300;

struct Wish {
  const char* target;
  std::vector<std::string> sites;
  std::vector<std::string> clusters;
  std::vector<std::string> labels;
};

const Wish kWishes[] = {{"/", {}, {}, {}},
                        {"/sz", {}, {}, {"lane=main"}},
                        {"music/catalog", {}, {}, {}},
                        {"music/catalog", {"sh"}, {}, {}},
                        {"music/catalog", {}, {"blue"}, {"lane=grey"}},
                        {"/sz/im/music/catalog", {}, {}, {}},
                        {"/sz/im/music/catalog/blue", {}, {}, {"lane=main"}},
                        {"/sh/im/music/catalog/default/3", {}, {}, {}}};

// A watcher that takes its time, breaks off and comes back with what it has.
class Wanderer final : public StreamWriter {
 public:
  Wanderer(Node& node, const Wish& wish, uint64_t seed) : node_(node), random_(seed) {
    request_.set_target(wish.target);
    v1::Filter& filter = *request_.mutable_filter();
    *filter.mutable_sites() = {wish.sites.begin(), wish.sites.end()};
    *filter.mutable_clusters() = {wish.clusters.begin(), wish.clusters.end()};
    *filter.mutable_labels() = {wish.labels.begin(), wish.labels.end()};
    call_ = fiber::Start([this] { Roam(); });
  }
  void Stop() {
    call_.Cancel();
    call_.Join();
  }

  Status Write(const Message& message) override {
    const auto& reply = static_cast<const v1::WatchReply&>(message);
    fulls += reply.full() ? 1 : 0;
    (void)state_.Apply(reply, Now());
    NoStepBack(reply);
    if (!calm && random_() % 40 == 0) return UnavailableError("the watcher went away");
    if (!calm && random_() % 4 == 0) {
      BELLROCK_TRY(fiber::SleepFor(milliseconds(random_() % 100)));
    }
    return Status::Ok();
  }

  // Path and revision of each, as told and as it is.
  std::map<std::string, uint64_t> Seen() const {
    std::map<std::string, uint64_t> seen;
    for (const auto& one : state_.List()) seen[one.spec().path()] = one.revision();
    return seen;
  }
  std::map<std::string, uint64_t> Truth() {
    v1::LookupRequest lookup;
    lookup.set_target(request_.target());
    *lookup.mutable_filter() = request_.filter();
    lookup.set_include_unusable(true);
    std::map<std::string, uint64_t> truth;
    const auto reply = node_.service.Lookup(node_.context, lookup);
    for (const auto& one : reply->instances()) truth[one.spec().path()] = one.revision();
    return truth;
  }
  std::string Name() const { return request_.ShortDebugString(); }

  bool calm = false;
  int fulls = 0;
  int steps_back = 0;

 private:
  void Roam() {
    while (!fiber::CurrentCancelled()) {
      request_.set_since_revision(state_.since_revision());
      request_.set_epoch(state_.epoch());
      Writer<v1::WatchReply> writer(*this);
      (void)node_.service.Watch(node_.context, request_, writer);
      state_.OnDisconnected();
      (void)fiber::SleepFor(milliseconds(1 + random_() % 300));
    }
  }

  void NoStepBack(const v1::WatchReply& reply) {
    if (!reply.more() && reply.epoch() == state_.epoch()) {
      if (reply.revision() < revision_) ++steps_back;
      revision_ = reply.revision();
    }
    if (reply.full()) return Know(Seen());
    std::map<std::string, uint64_t> seen;
    const auto all = reply.events_size() == 0 ? std::map<std::string, uint64_t>() : Seen();
    for (const v1::Event& event : reply.events()) {
      const std::string& path = event.instance().spec().path();
      if (const auto at = all.find(path); at != all.end()) seen.insert(*at);
    }
    Know(seen);
  }

  void Know(const std::map<std::string, uint64_t>& seen) {
    for (const auto& [path, revision] : seen) {
      uint64_t& known = known_[path];
      if (revision < known) ++steps_back;
      known = std::max(known, revision);
    }
  }

  Node& node_;
  std::mt19937_64 random_;
  v1::WatchRequest request_;
  client::WatchState state_;
  uint64_t revision_ = 0;
  std::map<std::string, uint64_t> known_;
  fiber::JoinHandle call_;
};

class Story {
 public:
  Story(Node& node, uint64_t seed) : node_(node), random_(seed) {
    for (int i = 0; i < 16; ++i) {
      wanderers_.push_back(std::make_unique<Wanderer>(node, kWishes[i % 8], random_()));
    }
  }
  ~Story() {
    for (auto& one : wanderers_) one->Stop();
  }

  void Run() {
    for (int step = 0; step < kSteps; ++step) {
      Act();
      if (random_() % 3 == 0) {
        ASSERT_TRUE(fiber::SleepFor(milliseconds(random_() % 30)).ok());
      }
    }
    // Somebody serves everywhere: else the empty guard keeps old lists, as it should.
    for (const char* site : {"sz", "sh"}) {
      for (const char* cluster : {"default", "blue"}) {
        node_.Work(PathOf(9001, site, cluster), {{"lane", "main"}});
        node_.Work(PathOf(9002, site, cluster), {{"lane", "grey"}});
      }
    }
    for (auto& one : wanderers_) one->calm = true;
    ASSERT_TRUE(fiber::SleepFor(seconds(90)).ok());
  }

  void CheckEnd(uint64_t seed) {
    for (auto& one : wanderers_) {
      EXPECT_EQ(one->steps_back, 0) << "seed " << seed << " " << one->Name();
      EXPECT_EQ(one->Seen(), one->Truth()) << "seed " << seed << " " << one->Name();
      fulls += one->fulls;
    }
  }
  int fulls = 0;

 private:
  std::string AnyPath(uint64_t spread) {
    return PathOf(static_cast<int>(random_() % spread), random_() % 2 ? "sz" : "sh",
                  random_() % 2 ? "default" : "blue");
  }
  std::map<std::string, std::string> AnyLabels() {
    return {{"lane", random_() % 2 ? "main" : "grey"}};
  }

  void Act() {
    switch (random_() % 12) {
      case 0:
        // More than a queue or the ring holds.
        for (int i = 0; i < 1500; ++i) node_.Register(AnyPath(900), AnyLabels());
        return;
      case 1:
        for (int i = 0; i < 40; ++i) node_.Deregister(AnyPath(60));
        return;
      case 2:
        (void)node_.Disable(AnyPath(20));
        return;
      case 3:
        if (random_() % 8 == 0) {
          node_.host->node().protection().push_pause().override_slot().Set(true, "a drill",
                                                                           seconds(2), Now());
        }
        return;
      case 4:
      case 5:
        return node_.Heartbeat(AnyPath(20));
      case 6:
        return node_.Deregister(AnyPath(20));
      default:
        return node_.Work(AnyPath(20), AnyLabels());
    }
  }

  Node& node_;
  std::mt19937_64 random_;
  std::vector<std::unique_ptr<Wanderer>> wanderers_;
};

TEST(WatchStory, EveryWatcherEndsWithTheTrueStateAndSawNoStepBackwards) {
  int fulls = 0;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    testing::World world(seed);
    world.Run([&] {
      NamingServerOptions options;
      options.registry.events_kept = 2000;
      Node node(world, options);
      Story story(node, seed);
      story.Run();
      story.CheckEnd(seed);
      fulls += story.fulls;
    });
    if (::testing::Test::HasFailure()) return;
  }
  EXPECT_GT(fulls, static_cast<int>(20 * kSeeds)) << "the story has to be about full states, too";
}

}  // namespace
}  // namespace bellrock::naming::server
