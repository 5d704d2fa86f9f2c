// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Costs of the runtime, hand timed. `--json` prints the list that `./run bench` stores.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "fiber/fiber.h"
#include "fiber/loop.h"
#include "fiber/sync.h"
#include "fiber/user_section.h"

namespace bellrock::fiber {
namespace {

constexpr int kRounds = 5;  // the best of them counts: the others met a busy machine

struct Figure {
  std::string name;
  double value;
  std::string unit;
  std::string conditions;
};

// CPU time of this thread: what the code costs, also on a busy machine.
Duration ThreadTime() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::chrono::seconds(now.tv_sec) + Duration(now.tv_nsec);
}

double CpuNsPer(int count, const std::function<void()>& work) {
  double best = 1e18;
  for (int round = 0; round < kRounds; ++round) {
    const Duration start = ThreadTime();
    work();
    best = std::min(best, static_cast<double>((ThreadTime() - start).count()) / count);
  }
  return best;
}

double NsPer(int count, const std::function<void()>& work) {
  double best = 1e18;
  for (int round = 0; round < kRounds; ++round) {
    const Time start = RealEnvironment().clock.Now();
    work();
    const Duration took = RealEnvironment().clock.Now() - start;
    best = std::min(best, static_cast<double>(took.count()) / count);
  }
  return best;
}

void InLoop(const std::function<void()>& body, const LoopOptions& options = {}) {
  Loop loop(options);
  loop.Post([&] {
    body();
    Loop::Current()->Stop();
  });
  loop.Run();
}

void Check(const Status& status) {
  BELLROCK_CHECK(status.ok(), "a bench step failed");
}

Figure Switch() {
  static constexpr int kCount = 1'000'000;
  double ns = 0;
  InLoop([&] {
    ns = CpuNsPer(kCount, [&] {
      for (int i = 0; i < kCount; ++i) Yield();
    });
  });
  return {"fiber.switch_ns", ns, "ns", "fiber to loop and back, by Yield, one fiber"};
}

LoopOptions WithHandoff() {
  LoopOptions options;
  // A tick that the machine does not reach by stopping this thread: the time is this thread's own.
  options.handoff = {.enabled = true, .tick = std::chrono::seconds(10), .spare_threads_max = 1};
  return options;
}

Figure Sections(const LoopOptions& options, const char* name, const char* conditions) {
  static constexpr int kCount = 1'000'000;
  double ns = 0;
  InLoop(
      [&] {
        ns = CpuNsPer(kCount, [] {
          for (int i = 0; i < kCount; ++i) {
            UserSection user;
            FrameworkSection framework;
          }
        });
      },
      options);
  return {name, ns, "ns", conditions};
}

Figure SwitchWithHandoff() {
  static constexpr int kCount = 1'000'000;
  double ns = 0;
  InLoop(
      [&] {
        ns = CpuNsPer(kCount, [&] {
          for (int i = 0; i < kCount; ++i) Yield();
        });
      },
      WithHandoff());
  return {"fiber.switch_handoff_ns", ns, "ns", "the same in a loop that may be handed over"};
}

Figure Spawn() {
  static constexpr int kCount = 1'000'000;
  double ns = 0;
  InLoop([&] {
    int ran = 0;
    ns = CpuNsPer(kCount, [&] {
      for (int i = 0; i < kCount; ++i) Check(Loop::Current()->SpawnNow([&ran] { ++ran; }));
    });
    BELLROCK_CHECK(ran == kCount * kRounds, "a fiber did not run");
  });
  return {"fiber.spawn_ns", ns, "ns", "SpawnNow, run and end, pooled stack"};
}

Figure SpawnQueued() {
  static constexpr int kBatch = 100, kCount = 1'000'000;
  double ns = 0;
  InLoop([&] {
    int ran = 0;
    ns = CpuNsPer(kCount, [&] {
      for (int i = 0; i < kCount / kBatch; ++i) {
        for (int k = 0; k < kBatch; ++k) Check(Loop::Current()->Spawn([&ran] { ++ran; }));
        Yield();
      }
    });
  });
  return {"fiber.spawn_queued_ns", ns, "ns", "Spawn, run and end, batches of 100"};
}

Figure ChannelRoundTrip() {
  static constexpr int kCount = 300'000;
  double ns = 0;
  InLoop([&] {
    Channel<int> there(1), back(1);
    JoinHandle echo = Start([&] {
      for (;;) {
        Result<int> value = there.Receive();
        if (!value.ok() || !back.Send(*value).ok()) return;
      }
    });
    ns = CpuNsPer(2 * kCount, [&] {
      for (int i = 0; i < kCount; ++i) {
        Check(there.Send(i));
        BELLROCK_CHECK(back.Receive().ok(), "the echo fiber ended");
      }
    });
    there.Close();
  });
  return {"fiber.channel_ns", ns, "ns", "one value to a waiting fiber, either way"};
}

Figure DeadlineWait() {
  static constexpr int kCount = 300'000;
  double ns = 0;
  InLoop([&] {
    WaitQueue queue;
    bool ended = false;
    JoinHandle waker = Start([&] {
      while (!ended) {
        queue.WakeOne();
        Yield();
      }
    });
    const Time until = Loop::Current()->Now() + std::chrono::hours(1);
    ns = CpuNsPer(kCount, [&] {
      for (int i = 0; i < kCount; ++i) Check(queue.Wait(until));
    });
    ended = true;
  });
  return {"fiber.deadline_wait_ns", ns, "ns", "wait with deadline, woken by another fiber"};
}

void Echo(Stream& stream) {
  std::array<std::byte, 64> buffer;
  for (;;) {
    Result<size_t> count = stream.Read(buffer);
    if (!count.ok() || *count == 0) return;
    if (!stream.WriteAll(std::span(buffer).first(*count)).ok()) return;
  }
}

Figure EchoRoundTrip() {
  static constexpr int kCount = 20'000;
  double us = 0;
  LoopGroup group(2);
  Address address;
  std::unique_ptr<Listener> listener;
  JoinHandle server;
  Check(RunOn(group.loop(1), [&] {
    auto listening = RealEnvironment().network.Listen(Address::Tcp("127.0.0.1", 0), {});
    Check(listening.status());
    listener = std::move(*listening);
    address = listener->address();
    server = Start([&] {
      auto stream = listener->Accept();
      if (stream.ok()) Echo(**stream);
    });
  }));
  Check(RunOn(group.loop(0), [&] {
    auto stream = RealEnvironment().network.Connect(address);
    Check(stream.status());
    std::array<std::byte, 64> buffer{};
    us = NsPer(kCount,
               [&] {
                 for (int i = 0; i < kCount; ++i) {
                   Check((*stream)->WriteAll(buffer));
                   for (size_t got = 0; got < buffer.size();) got += *(*stream)->Read(buffer);
                 }
               }) /
         1000;
  }));
  Check(RunOn(group.loop(1), [&] {
    server.Join();
    listener.reset();
  }));
  return {"fiber.echo_us", us, "us", "TCP loopback, 64 B there and back, two threads"};
}

Figure PostRoundTrip() {
  static constexpr int kCount = 20'000;
  double us = 0;
  LoopGroup group(2);
  Check(RunOn(group.loop(0), [&] {
    us = NsPer(kCount,
               [&] {
                 for (int i = 0; i < kCount; ++i) Check(RunOn(group.loop(1), [] {}));
               }) /
         1000;
  }));
  return {"fiber.post_us", us, "us", "RunOn another, sleeping loop and back"};
}

Figure PostStream() {
  static constexpr int kCount = 200'000;
  LoopGroup group(2);
  double us = 0;
  Check(RunOn(group.loop(0), [&] {
    us = NsPer(kCount,
               [&] {
                 for (int i = 0; i < kCount; ++i) group.loop(1).Post([] {});
                 Check(RunOn(group.loop(1), [] {}));
               }) /
         1000;
  }));
  return {"fiber.post_stream_us", us, "us", "each of 200,000 posts in a row, run as fibers"};
}

void Print(const std::vector<Figure>& figures, bool json) {
  if (json) fmt::print("[");
  for (size_t i = 0; i < figures.size(); ++i) {
    const Figure& figure = figures[i];
    if (json) {
      fmt::print(
          "{}{{\"name\": \"{}\", \"value\": {:.3f}, \"unit\": \"{}\", \"conditions\": \"{}\"}}",
          i == 0 ? "" : ",\n ", figure.name, figure.value, figure.unit, figure.conditions);
    } else {
      fmt::print("{:24} {:10.2f} {:3} {}\n", figure.name, figure.value, figure.unit,
                 figure.conditions);
    }
  }
  if (json) fmt::print("]\n");
}

}  // namespace
}  // namespace bellrock::fiber

int main(int argc, char** argv) {
  using namespace bellrock::fiber;
  const bool json = argc > 1 && std::string_view(argv[1]) == "--json";
  Print({Switch(), SwitchWithHandoff(),
         Sections(WithHandoff(), "fiber.sections_ns",
                  "a UserSection with a FrameworkSection in it: user code begun and ended twice"),
         Sections({}, "fiber.sections_off_ns", "the same in a loop without hand-off"), Spawn(),
         SpawnQueued(), ChannelRoundTrip(), DeadlineWait(), EchoRoundTrip(), PostRoundTrip(),
         PostStream()},
        json);
  return 0;
}
