// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// What watchers and pollers are told when there is much of it, when pushes pause, and when nothing
// usable is left.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "watch_peers.h"

namespace bellrock::naming::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

void InWorld(const std::function<void(Node&)>& body, NamingServerOptions options = {}) {
  testing::World world(1);
  world.Run([&] {
    Node node(world, options);
    body(node);
  });
}

TEST(Watch, OneEncodingServesAllWatchersOfAllLevels) {
  InWorld([](Node& node) {
    std::vector<std::unique_ptr<Seer>> seers;
    for (const char* target : {"/", "/sz", "/sz/im", "music/catalog", "music/catalog"}) {
      seers.push_back(std::make_unique<Seer>(node, target));
      seers.back()->Start();
    }
    node.Register("/sz/im/music/other/default/1");
    node.Register(PathOf(1));
    Sleep(milliseconds(30));
    EXPECT_EQ(node.service.desk().encoder().events_encoded(), 2u);
    EXPECT_EQ(node.service.desk().encoder().batches_made(), 2u);
    EXPECT_THAT(seers[0]->Paths(), SizeIs(2));
    EXPECT_THAT(seers[4]->Paths(), ElementsAre(PathOf(1)));
    EXPECT_EQ(seers[4]->replies.back().epoch(), node.host->epoch());
    for (auto& seer : seers) seer->Stop();
  });
}

TEST(Watch, TheSameFullStateIsMadeOnceForAllWhoCome) {
  InWorld([](Node& node) {
    for (int i = 0; i < 6'000; ++i) node.Register(PathOf(i));
    std::vector<std::unique_ptr<Seer>> seers;
    for (int i = 0; i < 50; ++i) {
      seers.push_back(std::make_unique<Seer>(node, "music/catalog"));
      seers.back()->slowness = milliseconds(i % 3);
      seers.back()->Start();
      node.Register(PathOf(6'000 + i));  // who joins an older state gets the rest as events
    }
    Sleep(seconds(1));
    const uint64_t made = node.service.desk().full_states().made();
    EXPECT_LE(made, static_cast<uint64_t>(FullStates::kFreshMax)) << "a crowd shares";
    for (auto& seer : seers) {
      EXPECT_TRUE(seer->replies[0].full() && seer->replies[0].more());
      EXPECT_EQ(seer->state.size(), 6'050u);
      seer->Stop();
    }
    Sleep(seconds(2));
    Seer late(node, "music/catalog");
    late.Start();
    EXPECT_EQ(node.service.desk().full_states().made(), made + 1) << "the old one is too old";
    late.Stop();
  });
}

TEST(Watch, AFullStateNeverLeadsBackBehindWhatWasTold) {
  InWorld([](Node& node) {
    node.Register(PathOf(0));
    Seer first(node, "/");
    first.Start();
    Seer other(node, "/");
    other.Start();
    node.Register(PathOf(1));
    Sleep(milliseconds(30));
    first.slowness = milliseconds(100);  // so that its queue overflows
    node.Register(PathOf(2));
    Sleep(milliseconds(30));
    for (int i = 10; i < 1500; ++i) node.Register(PathOf(i));
    Sleep(milliseconds(200));
    EXPECT_TRUE(first.replies.back().full());
    EXPECT_THAT(first.Paths(), SizeIs(1493));
    uint64_t before = 0;
    for (const auto& reply : first.replies) {
      EXPECT_GE(reply.revision(), before);
      before = reply.revision();
    }
    first.Stop();
    other.Stop();
  });
}

TEST(Watch, AFilterTellsOnlyWhatMatchesAndRemovesWhatStopsTo) {
  InWorld([](Node& node) {
    node.Register(PathOf(1), {{"lane", "main"}});
    node.Register(PathOf(2, "sh"), {{"lane", "main"}});
    Seer seer(node, "music/catalog");
    seer.request.mutable_filter()->add_sites("sz");
    seer.request.mutable_filter()->add_clusters("default");
    seer.request.mutable_filter()->add_labels("lane=main");
    seer.Start();
    EXPECT_THAT(seer.Paths(), ElementsAre(PathOf(1)));
    node.Register(PathOf(3), {{"lane", "main"}});
    Sleep(milliseconds(30));
    EXPECT_THAT(seer.Paths(), ElementsAre(PathOf(1), PathOf(3)));
    const size_t replies = seer.replies.size();
    node.Register(PathOf(4, "sh"), {{"lane", "main"}});
    node.Register(PathOf(4, "sz", "blue"), {{"lane", "main"}});
    Sleep(milliseconds(30));
    EXPECT_EQ(seer.replies.size(), replies);
    node.Register(PathOf(3), {{"lane", "grey"}});
    Sleep(milliseconds(30));
    EXPECT_THAT(seer.Paths(), ElementsAre(PathOf(1)));
    seer.Stop();
    node.Register(PathOf(1), {{"lane", "grey"}});
    node.Work(PathOf(3), {{"lane", "main"}});
    seer.Start();
    EXPECT_FALSE(seer.replies.back().full());
    EXPECT_THAT(seer.Paths(), ElementsAre(PathOf(3)));
    v1::LookupRequest lookup;
    lookup.set_target("music/catalog");
    lookup.set_include_unusable(true);
    *lookup.mutable_filter() = seer.request.filter();
    EXPECT_THAT(node.service.Lookup(node.context, lookup)->instances(), SizeIs(1));
    seer.Stop();
    seer.request.mutable_filter()->add_labels("nonsense");
    Writer<v1::WatchReply> writer(seer);
    EXPECT_THAT(node.service.Watch(node.context, seer.request, writer).ToString(),
                HasSubstr("filter.labels \"nonsense\""));
  });
}

TEST(Watch, APollWithAFilterWaitsForWhatMatches) {
  InWorld([](Node& node) {
    node.Work(PathOf(1), {{"lane", "main"}});
    Poller poller(node, "/sz", seconds(1));
    poller.request.mutable_filter()->add_clusters("blue");
    EXPECT_THAT(poller.Ask().instances(), IsEmpty());
    auto others = fiber::Start([&] {
      Sleep(milliseconds(100));
      node.Register(PathOf(2));
      Sleep(milliseconds(100));
      node.Register(PathOf(3, "sz", "blue"));
    });
    const Time start = Now();
    const v1::PollReply reply = poller.Ask();
    EXPECT_TRUE(reply.changed());
    EXPECT_THAT(reply.instances(), SizeIs(1));
    EXPECT_EQ(Now() - start, milliseconds(200));
  });
}

TEST(Watch, WhilePushesPauseWatchersWaitAndThenGetTheLastOfEach) {
  InWorld([](Node& node) {
    node.Work(PathOf(1));
    Seer seer(node, "music/catalog");
    seer.Start();
    node.PausePushes(seconds(25));
    EXPECT_TRUE(node.service.desk().Describe().pause.on);
    const uint64_t told = seer.state.since_revision();
    const size_t replies = seer.replies.size();
    for (int i = 0; i < 10; ++i) node.Register(PathOf(2));
    Sleep(seconds(15));
    ASSERT_EQ(seer.replies.size(), replies + 1) << "a sign of life";
    EXPECT_EQ(seer.replies.back().held(), "pushes pause: a drill");
    EXPECT_EQ(seer.replies.back().revision(), told) << "it would come back with more than it has";
    Seer fresh(node, "music/catalog");
    fresh.Start();
    EXPECT_THAT(fresh.Paths(), SizeIs(2)) << "who has nothing is answered";
    Sleep(seconds(12));
    EXPECT_THAT(seer.Paths(), SizeIs(2));
    int events = 0;
    for (size_t i = replies; i < seer.replies.size(); ++i) events += seer.replies[i].events_size();
    EXPECT_EQ(events, 1) << "coalesced";
    EXPECT_FALSE(node.service.desk().Describe().pause.on);
    seer.Stop();
    fresh.Stop();
  });
}

TEST(Watch, WhilePushesPausePollsAreToldOfNothingNew) {
  InWorld([](Node& node) {
    node.Work(PathOf(1));
    Poller poller(node, "music/catalog", seconds(3));
    const uint64_t told = poller.Ask().revision();
    node.PausePushes(seconds(10));
    node.Work(PathOf(2));
    const Time start = Now();
    v1::PollReply reply = poller.Ask();
    EXPECT_FALSE(reply.changed());
    EXPECT_EQ(Now() - start, seconds(3)) << "no faster than without a pause";
    EXPECT_EQ(reply.held(), "pushes pause: a drill");
    EXPECT_EQ(reply.revision(), told);
    poller.WaitFor(seconds(30));
    reply = poller.Ask();
    EXPECT_TRUE(reply.changed());
    EXPECT_THAT(reply.instances(), SizeIs(2));
    EXPECT_LT(Now() - start, seconds(12));
  });
}

TEST(Watch, TooManyBytesPauseByThemselvesAndItEnds) {
  NamingServerOptions options;
  options.push_capacity_bytes_per_s = 10'000;
  InWorld(
      [](Node& node) {
        node.Work(PathOf(0));
        Seer seer(node, "/");
        seer.Start();
        bool paused = false;
        for (int i = 0; i < 1000; ++i) {
          node.Work(PathOf(i % 500));
          Sleep(milliseconds(10));
          paused |= node.service.desk().paused() != nullptr;
        }
        EXPECT_TRUE(paused);
        Sleep(seconds(20));
        EXPECT_EQ(node.service.desk().paused(), nullptr);
        EXPECT_THAT(seer.Paths(), SizeIs(500));
        seer.Stop();
      },
      options);
}

std::vector<v1::Instance> Usable(const Seer& seer) {
  std::vector<v1::Instance> usable;
  for (const auto& one : seer.state.List()) {
    if (one.state() == v1::INSTANCE_STATE_WORKING && !one.operator_state().disabled()) {
      usable.push_back(one);
    }
  }
  return usable;
}

TEST(Watch, WhoHasUsableInstancesIsNeverLeftWithNone) {
  InWorld([](Node& node) {
    node.Work(PathOf(1));
    node.Work(PathOf(2));
    Seer seer(node, "music/catalog");
    seer.Start();
    Seer all(node, "/");
    all.Start();
    node.Register(PathOf(1));  // initial again
    node.Register(PathOf(2));
    Sleep(seconds(90));
    EXPECT_THAT(Usable(seer), SizeIs(2));
    EXPECT_THAT(Usable(all), IsEmpty()) << "a tool wants the truth";
    EXPECT_THAT(seer.replies.back().held(), HasSubstr("no usable instance is left"));
    EXPECT_EQ(node.service.desk().Describe().empty_guard.services, 1u);
    seer.Stop();
    seer.Start();
    EXPECT_THAT(Usable(seer), SizeIs(2)) << "coming back changes nothing";
    Seer fresh(node, "music/catalog");
    fresh.Start();
    EXPECT_THAT(Usable(fresh), IsEmpty()) << "who has nothing is told the truth";
    node.Heartbeat(PathOf(2));
    Sleep(seconds(2));
    EXPECT_THAT(Usable(seer), SizeIs(1));
    EXPECT_EQ(node.service.desk().Describe().empty_guard.services, 0u);
    for (Seer* one : {&seer, &all, &fresh}) one->Stop();
  });
}

TEST(Watch, OneSiteOfAServiceIsGuardedForWhoAskedForThatSite) {
  InWorld([](Node& node) {
    node.Work(PathOf(1));
    node.Work(PathOf(2, "sh"));
    Seer seer(node, "music/catalog");
    seer.request.mutable_filter()->add_sites("sz");
    seer.Start();
    Seer both(node, "music/catalog");
    both.Start();
    node.Register(PathOf(1));
    Sleep(seconds(2));
    EXPECT_THAT(Usable(seer), SizeIs(1));
    EXPECT_THAT(Usable(both), SizeIs(1)) << "told, for the other site serves";
    EXPECT_EQ(Usable(both)[0].spec().path(), PathOf(2, "sh"));
    seer.Stop();
    both.Stop();
  });
}

TEST(Watch, TheOperatorsWordAndALongDeregistrationLeadPastTheGuard) {
  InWorld([](Node& node) {
    node.Work(PathOf(1));
    Seer seer(node, "music/catalog");
    seer.Start();
    ASSERT_TRUE(node.Disable(PathOf(1)));
    Sleep(milliseconds(30));
    EXPECT_THAT(Usable(seer), IsEmpty());
    node.Work(PathOf(2));
    Sleep(milliseconds(30));
    EXPECT_THAT(Usable(seer), SizeIs(1));
    node.Deregister(PathOf(1));
    node.Deregister(PathOf(2));
    Sleep(seconds(30));
    EXPECT_THAT(Usable(seer), SizeIs(1));
    Sleep(seconds(40));
    EXPECT_THAT(seer.Paths(), IsEmpty());
    seer.Stop();
  });
}

TEST(Watch, APollerWithAListIsNotToldOfNobody) {
  InWorld([](Node& node) {
    node.Work(PathOf(1));
    Poller poller(node, "music/catalog", seconds(2));
    poller.Ask();
    node.Register(PathOf(1));
    v1::PollReply reply = poller.Ask();
    EXPECT_FALSE(reply.changed());
    EXPECT_THAT(reply.held(), HasSubstr("no usable instance is left of music/catalog"));
    const uint64_t other = reply.epoch() + 1;  // of a server that came back with less
    poller.request.set_epoch(other);
    reply = poller.Ask();
    EXPECT_FALSE(reply.changed());
    EXPECT_EQ(reply.epoch(), other);
    node.Heartbeat(PathOf(1));
    EXPECT_TRUE(poller.Ask().changed());
  });
}

TEST(Watch, AnotherHistoryWithNothingUsableWaitsForTheFirstThatWorks) {
  InWorld([](Node& node) {
    Seer seer(node, "music/catalog");
    v1::WatchReply before;
    before.set_full(true);
    before.set_epoch(node.host->epoch() + 1);
    before.set_revision(77);
    v1::Instance& had = *before.add_events()->mutable_instance();
    before.mutable_events(0)->set_kind(v1::Event::KIND_PUT);
    had.mutable_spec()->set_path(PathOf(1));
    had.set_state(v1::INSTANCE_STATE_WORKING);
    (void)seer.state.Apply(before, Now());
    seer.Start();
    Sleep(seconds(30));
    EXPECT_THAT(seer.Paths(), ElementsAre(PathOf(1)));
    EXPECT_EQ(seer.state.since_revision(), 77u);
    node.Work(PathOf(1));
    Sleep(seconds(2));
    EXPECT_EQ(seer.state.epoch(), node.host->epoch());
    EXPECT_THAT(Usable(seer), SizeIs(1));
    seer.Stop();
  });
}

}  // namespace
}  // namespace bellrock::naming::server
