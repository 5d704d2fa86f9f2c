// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "testing/world.h"

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <string>

#include "fiber/fiber.h"
#include "fiber/sync.h"

namespace bellrock::testing {
namespace {

using fiber::JoinHandle;
using fiber::OpenMode;
using fiber::Start;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

std::span<const std::byte> Bytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

std::string ReadAll(fiber::File& file) {
  std::string text(*file.Size(), '\0');
  EXPECT_EQ(*file.ReadAt(0, std::as_writable_bytes(std::span(text))), text.size());
  return text;
}

// Accepts connections on a:7600 and echoes until cancelled.
void Serve(fiber::Environment env) {
  auto listener = env.network.Listen(Address::Tcp("a", 7600), {});
  ASSERT_TRUE(listener.ok()) << listener.status().ToString();
  for (;;) {
    auto accepted = (*listener)->Accept();
    if (!accepted.ok()) return;
    std::shared_ptr<fiber::Stream> stream = std::move(*accepted);
    ASSERT_TRUE(fiber::Loop::Current()
                    ->Spawn([stream] {
                      std::array<std::byte, 512> buffer;
                      for (;;) {
                        auto count = stream->Read(buffer);
                        if (!count.ok() || *count == 0) return;
                        if (!stream->WriteAll(std::span(buffer).first(*count)).ok()) return;
                      }
                    })
                    .ok());
  }
}

Status RoundTrip(fiber::Stream& stream) {
  BELLROCK_TRY(stream.WriteAll(Bytes("ping")));
  std::array<std::byte, 4> buffer;
  for (size_t got = 0; got < buffer.size();) {
    BELLROCK_ASSIGN(const size_t count, stream.Read(std::span(buffer).subspan(got)));
    if (count == 0) return UnavailableError("closed");
    got += count;
  }
  return Status::Ok();
}

// When and in which order several clients' round trips end, under random delays.
std::string Trace(uint64_t seed) {
  World world(seed);
  world.SetDelay(microseconds(50), milliseconds(5));
  std::string trace;
  world.Run([&] {
    fiber::Environment a = world.Host("a");
    JoinHandle server = Start([&] { Serve(a); });
    fiber::WaitGroup ended;
    for (int client = 0; client < 5; ++client) {
      ended.Add();
      ASSERT_TRUE(world.loop()
                      .Spawn([&, client] {
                        fiber::Environment b = world.Host("b" + std::to_string(client));
                        auto stream = b.network.Connect(Address::Tcp("a", 7600));
                        ASSERT_TRUE(stream.ok()) << stream.status().ToString();
                        for (int i = 0; i < 10; ++i) {
                          ASSERT_TRUE(RoundTrip(**stream).ok());
                          trace += std::to_string(client) + "@" +
                                   std::to_string(b.clock.Now().time_since_epoch().count()) + " ";
                          EXPECT_TRUE(fiber::SleepFor(Duration(b.random.Next() % 1000)).ok());
                        }
                        ended.Done();
                      })
                      .ok());
    }
    ASSERT_TRUE(ended.Wait().ok());
  });
  return trace;
}

TEST(World, SameSeedSameTraceOtherSeedOtherTrace) {
  const std::string first = Trace(7);
  EXPECT_FALSE(first.empty());
  EXPECT_EQ(first, Trace(7));
  EXPECT_NE(first, Trace(8));
}

TEST(World, SleepTakesExactlyItsTimeAndNoRealTime) {
  World world(1);
  world.Run([&] {
    fiber::Clock& clock = world.Host("a").clock;
    const Time start = clock.Now();
    const WallTime wall = clock.WallNow();
    EXPECT_TRUE(fiber::SleepFor(hours(1000)).ok());
    EXPECT_EQ(clock.Now() - start, hours(1000));
    EXPECT_EQ(clock.WallNow() - wall, hours(1000));
  });
}

TEST(World, RunsAgainWithWhatIsOnItsDisks) {
  World world(1);
  for (int run = 0; run < 3; ++run) {
    world.Run([&] {
      auto file = world.Host("a").disk.Open("log", OpenMode::kAppendOrCreate);
      ASSERT_TRUE(file.ok());
      EXPECT_EQ(ReadAll(**file), std::string(static_cast<size_t>(run), 'x'));
      EXPECT_TRUE((*file)->Append(Bytes("x")).ok());
    });
  }
}

TEST(World, RunCancelsFibersThatWereLeft) {
  World world(1);
  Status seen;
  world.Run([&] {
    ASSERT_TRUE(world.loop().Spawn([&] { seen = fiber::SleepFor(hours(1)); }).ok());
    fiber::Yield();
  });
  EXPECT_EQ(seen.code(), StatusCode::kCancelled);
}

TEST(WorldDeathTest, DeadlockCrashesWithTheSeed) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        World world(4711);
        world.Run([] {
          fiber::Event never;
          (void)never.Wait();
        });
      },
      "seed 4711");
}

TEST(SimNetwork, CutStallsAStreamAndHealLetsItGoOn) {
  World world(3);
  world.Run([&] {
    fiber::Environment a = world.Host("a"), b = world.Host("b");
    JoinHandle server = Start([&] { Serve(a); });
    auto stream = b.network.Connect(Address::Tcp("a", 7600));
    ASSERT_TRUE(stream.ok());
    ASSERT_TRUE(RoundTrip(**stream).ok());
    world.Cut("a", "b");
    Status stalled;
    JoinHandle caller = Start([&] { stalled = RoundTrip(**stream); });
    EXPECT_TRUE(fiber::SleepFor(seconds(60)).ok());
    const Time healed = b.clock.Now();
    world.Heal("b", "a");
    caller.Join();
    EXPECT_TRUE(stalled.ok()) << stalled.ToString();
    EXPECT_LE(b.clock.Now() - healed, milliseconds(1));
  });
}

TEST(SimNetwork, ConnectToACutHostTimesOut) {
  World world(3);
  world.Run([&] {
    fiber::Environment a = world.Host("a"), b = world.Host("b");
    JoinHandle server = Start([&] { Serve(a); });
    fiber::Yield();
    world.Cut("a", "b");
    EXPECT_EQ(b.network.Connect(Address::Tcp("a", 7600)).status().message(),
              "connect a:7600: Connection timed out");
    fiber::ScopedDeadline deadline(b.clock.Now() + milliseconds(10));
    EXPECT_EQ(b.network.Connect(Address::Tcp("a", 7600)).status().code(),
              StatusCode::kDeadlineExceeded);
  });
}

TEST(SimNetwork, NobodyListeningIsRefused) {
  World world(3);
  world.Run([&] {
    Status refused = world.Host("b").network.Connect(Address::Tcp("a", 1)).status();
    EXPECT_EQ(refused.code(), StatusCode::kUnavailable);
    EXPECT_EQ(refused.message(), "connect a:1: Connection refused");
  });
}

TEST(SimNetwork, ATakenPortIsRefusedAndPortZeroFindsAFreeOne) {
  World world(3);
  world.Run([&] {
    fiber::Network& network = world.Host("a").network;
    auto first = network.Listen(Address::Tcp("a", 0), {});
    auto second = network.Listen(Address::Tcp("127.0.0.1", 0), {});
    ASSERT_TRUE(first.ok() && second.ok());
    EXPECT_NE((*first)->address().port(), (*second)->address().port());
    EXPECT_EQ(network.Listen((*first)->address(), {}).status().code(), StatusCode::kAlreadyExists);
  });
}

TEST(SimNetwork, CrashBreaksStreamsOnBothSidesAndFreesThePort) {
  World world(3);
  world.Run([&] {
    fiber::Environment a = world.Host("a"), b = world.Host("b");
    JoinHandle server = Start([&] { Serve(a); });
    auto stream = b.network.Connect(Address::Tcp("a", 7600));
    ASSERT_TRUE(stream.ok());
    world.CrashNetwork("a");
    std::array<std::byte, 4> buffer;
    EXPECT_EQ((*stream)->Read(buffer).status().code(), StatusCode::kUnavailable);
    EXPECT_EQ((*stream)->WriteAll(Bytes("x")).code(), StatusCode::kUnavailable);
    server.Join();  // its Accept failed
    EXPECT_TRUE(a.network.Listen(Address::Tcp("a", 7600), {}).ok());
  });
}

TEST(SimNetwork, AWriterWaitsForASlowReader) {
  World world(3);
  world.Run([&] {
    fiber::Environment a = world.Host("a"), b = world.Host("b");
    auto listener = a.network.Listen(Address::Tcp("a", 7600), {});
    bool written = false;
    JoinHandle writer = Start([&] {
      auto stream = b.network.Connect(Address::Tcp("a", 7600));
      ASSERT_TRUE((*stream)->WriteAll(std::vector<std::byte>(300'000)).ok());
      written = true;
    });
    auto stream = (*listener)->Accept();
    EXPECT_TRUE(fiber::SleepFor(seconds(1)).ok());
    EXPECT_FALSE(written);
    std::array<std::byte, 4096> buffer;
    size_t total = 0;
    while (size_t count = *(*stream)->Read(buffer)) total += count;
    EXPECT_EQ(total, 300'000u);
  });
}

TEST(SimNetwork, DatagramsArriveUnlessCut) {
  World world(3);
  world.Run([&] {
    auto a = world.Host("a").network.Bind(Address::Tcp("a", 9));
    auto b = world.Host("b").network.Bind(Address::Tcp("b", 0));
    ASSERT_TRUE(a.ok() && b.ok());
    world.Cut("a", "b");
    ASSERT_TRUE((*b)->SendTo(Address::Tcp("a", 9), Bytes("lost")).ok());
    EXPECT_TRUE(fiber::SleepFor(seconds(1)).ok());
    world.Heal("a", "b");
    ASSERT_TRUE((*b)->SendTo(Address::Tcp("a", 9), Bytes("kept")).ok());
    std::array<std::byte, 16> buffer;
    Address from;
    EXPECT_EQ(*(*a)->ReceiveFrom(buffer, from), 4u);
    EXPECT_EQ(std::memcmp(buffer.data(), "kept", 4), 0);
    EXPECT_EQ(from, Address::Tcp("b", (*b)->address().port()));
  });
}

TEST(SimDisk, CrashKeepsWhatWasSyncedAndARandomPartOfTheRest) {
  bool torn = false;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    World world(seed);
    world.Run([&] {
      fiber::Disk& disk = world.Host("a").disk;
      auto file = disk.Open("log", OpenMode::kAppendOrCreate);
      ASSERT_TRUE((*file)->Append(Bytes("synced.")).ok());
      ASSERT_TRUE((*file)->Sync().ok());
      ASSERT_TRUE((*file)->Append(Bytes("and not")).ok());
      world.CrashDisk("a");
      EXPECT_EQ((*file)->Append(Bytes("x")).code(), StatusCode::kUnavailable);
      auto again = disk.Open("log", OpenMode::kRead);
      const std::string text = ReadAll(**again);
      EXPECT_EQ(text, std::string("synced.and not").substr(0, text.size()));
      EXPECT_GE(text.size(), 7u);
      torn = torn || (text.size() > 7 && text.size() < 14);
    });
  }
  EXPECT_TRUE(torn);
}

TEST(SimDisk, FullDiskRefusesAppendsAndRemovingMakesRoom) {
  World world(1);
  world.Run([&] {
    fiber::Disk& disk = world.Host("a").disk;
    world.SetDiskSpace("a", 10);
    auto file = disk.Open("log", OpenMode::kCreateNew);
    EXPECT_TRUE((*file)->Append(Bytes("12345678")).ok());
    EXPECT_EQ((*file)->Append(Bytes("9abc")).code(), StatusCode::kResourceExhausted);
    ASSERT_TRUE(disk.Remove("log").ok());
    auto other = disk.Open("other", OpenMode::kCreateNew);
    EXPECT_TRUE((*other)->Append(Bytes("12345678")).ok());
  });
}

TEST(SimDisk, ReadingAndNamesGoOnWhileTheDiskIsFull) {
  World world(1);
  world.Run([&] {
    fiber::Disk& disk = world.Host("a").disk;
    auto file = disk.Open("log", OpenMode::kCreateNew);
    EXPECT_TRUE((*file)->Append(Bytes("abc")).ok());
    world.SetDiskSpace("a", 0);
    EXPECT_EQ(ReadAll(**file), "abc");
    EXPECT_TRUE(disk.Rename("log", "log.1").ok());
  });
}

TEST(SimDisk, ALockIsHeldUntilItsHolderOrTheHostIsGone) {
  World world(1);
  world.Run([&] {
    fiber::Disk& disk = world.Host("a").disk;
    Result<std::unique_ptr<fiber::FileLock>> held = disk.Lock("/lock");
    ASSERT_TRUE(held.ok()) << held.status().ToString();
    EXPECT_EQ(disk.Lock("/lock").status().code(), StatusCode::kFailedPrecondition);
    world.CrashDisk("a");
    Result<std::unique_ptr<fiber::FileLock>> next = disk.Lock("/lock");
    EXPECT_TRUE(next.ok());
    held->reset();  // the dead process's lock frees nothing
    EXPECT_FALSE(disk.Lock("/lock").ok());
  });
}

TEST(SimDisk, SyncTakesItsDelay) {
  World world(1);
  world.Run([&] {
    fiber::Environment a = world.Host("a");
    world.SetSyncDelay("a", milliseconds(5));
    auto file = a.disk.Open("log", OpenMode::kCreateNew);
    const Time start = a.clock.Now();
    ASSERT_TRUE((*file)->Sync().ok());
    EXPECT_EQ(a.clock.Now() - start, milliseconds(5));
  });
}

TEST(SimDisk, NamesBehaveAsOnARealDisk) {
  World world(1);
  world.Run([&] {
    fiber::Disk& disk = world.Host("a").disk;
    EXPECT_EQ(disk.Open("/d/x", OpenMode::kCreateNew).status().code(), StatusCode::kNotFound);
    ASSERT_TRUE(disk.CreateDirectories("/d/e/").ok());
    ASSERT_TRUE(disk.Open("/d/x", OpenMode::kCreateNew).ok());
    EXPECT_EQ(disk.Open("/d/x", OpenMode::kCreateNew).status().code(), StatusCode::kAlreadyExists);
    EXPECT_EQ(*disk.List("/d"), (std::vector<std::string>{"e", "x"}));
    ASSERT_TRUE(disk.Rename("/d/x", "/d/e/y").ok());
    EXPECT_EQ(*disk.List("/d/e"), std::vector<std::string>{"y"});
    EXPECT_EQ(disk.Remove("/d/x").code(), StatusCode::kNotFound);
    EXPECT_EQ(disk.Open("/d/x", OpenMode::kRead).status().code(), StatusCode::kNotFound);
    EXPECT_EQ(disk.List("/none").status().code(), StatusCode::kNotFound);
  });
}

}  // namespace
}  // namespace bellrock::testing
