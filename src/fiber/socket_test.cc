// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "fiber/socket.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>

#include "fiber/fiber.h"
#include "fiber/loop.h"
#include "fiber/sync.h"

namespace bellrock::fiber {
namespace {

using std::chrono::milliseconds;

void RunInLoop(std::function<void()> body) {
  Loop loop;
  ASSERT_TRUE(loop.Post([&] {
    body();
    Loop::Current()->Stop();
  }));
  loop.Run();
}

std::span<const std::byte> Bytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

std::string SocketPath(const char* name) {
  return (std::filesystem::temp_directory_path() /
          ("bellrock-" + std::to_string(getpid()) + "-" + name + ".sock"))
      .string();
}

// Sends back whatever comes until the peer closes.
void EchoOne(Listener& listener) {
  Result<std::unique_ptr<Stream>> stream = listener.Accept();
  ASSERT_TRUE(stream.ok()) << stream.status().ToString();
  std::array<std::byte, 4096> buffer;
  for (;;) {
    Result<size_t> count = (*stream)->Read(buffer);
    if (!count.ok() || *count == 0) return;
    ASSERT_TRUE((*stream)->WriteAll(std::span(buffer).first(*count)).ok());
  }
}

void ExpectEcho(Stream& stream, std::string_view text) {
  ASSERT_TRUE(stream.WriteAll(Bytes(text)).ok());
  std::string got(text.size(), '\0');
  size_t filled = 0;
  while (filled < got.size()) {
    auto rest = std::as_writable_bytes(std::span(got)).subspan(filled);
    Result<size_t> count = stream.Read(rest);
    ASSERT_TRUE(count.ok()) << count.status().ToString();
    ASSERT_GT(*count, 0u);
    filled += *count;
  }
  EXPECT_EQ(got, text);
}

class StreamTest : public ::testing::TestWithParam<Address> {};

TEST_P(StreamTest, EchoesSmallAndLargeMessages) {
  RunInLoop([] {
    Network& network = RealEnvironment().network;
    Result<std::unique_ptr<Listener>> listener = network.Listen(GetParam(), {});
    ASSERT_TRUE(listener.ok()) << listener.status().ToString();
    JoinHandle server = Start([&] { EchoOne(**listener); });
    Result<std::unique_ptr<Stream>> stream = network.Connect((*listener)->address());
    ASSERT_TRUE(stream.ok()) << stream.status().ToString();
    EXPECT_EQ((*stream)->peer(), (*listener)->address());
    ExpectEcho(**stream, "hello");
    // One way first, so that both sides' buffers fill and the writer has to wait.
    ExpectEcho(**stream, std::string(60'000, 'x'));
    (*stream)->Close();
    server.Join();
  });
}

INSTANTIATE_TEST_SUITE_P(Kinds, StreamTest,
                         ::testing::Values(Address::Tcp("127.0.0.1", 0), Address::Tcp("::1", 0),
                                           Address::Unix(SocketPath("echo"))));

TEST(Stream, WriterWaitsForASlowReader) {
  RunInLoop([] {
    Network& network = RealEnvironment().network;
    auto listener = network.Listen(Address::Tcp("127.0.0.1", 0), {});
    ASSERT_TRUE(listener.ok());
    constexpr size_t kTotal = 32 << 20;
    bool written = false;
    JoinHandle writer = Start([&] {
      auto stream = network.Connect((*listener)->address());
      ASSERT_TRUE(stream.ok());
      const std::vector<std::byte> bytes(kTotal);
      ASSERT_TRUE((*stream)->WriteAll(bytes).ok());
      written = true;
    });
    auto stream = (*listener)->Accept();
    ASSERT_TRUE(stream.ok());
    for (int i = 0; i < 10; ++i) EXPECT_TRUE(SleepFor(milliseconds(1)).ok());
    EXPECT_FALSE(written);
    std::vector<std::byte> buffer(1 << 20);
    size_t total = 0;
    for (;;) {
      Result<size_t> count = (*stream)->Read(buffer);
      ASSERT_TRUE(count.ok());
      if (*count == 0) break;
      total += *count;
    }
    EXPECT_EQ(total, kTotal);
    EXPECT_TRUE(written);
  });
}

TEST(Stream, ReadHonoursDeadlineCancellationAndClose) {
  RunInLoop([] {
    Network& network = RealEnvironment().network;
    auto listener = network.Listen(Address::Tcp("127.0.0.1", 0), {});
    auto client = network.Connect((*listener)->address());
    auto server = (*listener)->Accept();
    ASSERT_TRUE(client.ok() && server.ok());
    std::array<std::byte, 16> buffer;
    {
      ScopedDeadline deadline(Loop::Current()->Now() + milliseconds(1));
      EXPECT_EQ((*client)->Read(buffer).status().code(), StatusCode::kDeadlineExceeded);
    }
    Status seen;
    JoinHandle reader = Start([&] { seen = (*client)->Read(buffer).status(); });
    Yield();
    reader.Cancel();
    reader.Join();
    EXPECT_EQ(seen.code(), StatusCode::kCancelled);
    reader = Start([&] { seen = (*client)->Read(buffer).status(); });
    Yield();
    (*client)->Close();
    reader.Join();
    EXPECT_EQ(seen.code(), StatusCode::kUnavailable);
    Result<size_t> end = (*server)->Read(buffer);
    ASSERT_TRUE(end.ok());
    EXPECT_EQ(*end, 0u);
  });
}

// A read that is spared for want of data must not be the one that would have seen the end.
TEST(Stream, TheEndIsReadWhetherItCameWithTheLastBytesOrLater) {
  RunInLoop([] {
    Network& network = RealEnvironment().network;
    auto listener = network.Listen(Address::Tcp("127.0.0.1", 0), {});
    for (const bool together : {true, false}) {
      auto client = network.Connect((*listener)->address());
      auto server = (*listener)->Accept();
      ASSERT_TRUE(client.ok() && server.ok());
      std::array<std::byte, 16> buffer;
      ASSERT_TRUE((*client)->WriteAll(Bytes("bye")).ok());
      if (together) {
        (*client)->Close();
        ASSERT_TRUE(SleepFor(milliseconds(1)).ok());  // both are one event
      }
      Result<size_t> bytes = (*server)->Read(buffer);
      ASSERT_TRUE(bytes.ok());
      EXPECT_EQ(*bytes, 3u);
      if (!together) (*client)->Close();
      Result<size_t> end = (*server)->Read(buffer);
      ASSERT_TRUE(end.ok());
      EXPECT_EQ(*end, 0u);
    }
  });
}

TEST(Stream, RefusedConnectNamesTheAddress) {
  RunInLoop([] {
    Network& network = RealEnvironment().network;
    auto listener = network.Listen(Address::Tcp("127.0.0.1", 0), {});
    const Address address = (*listener)->address();
    (*listener)->Close();
    Status refused = network.Connect(address).status();
    EXPECT_EQ(refused.code(), StatusCode::kUnavailable);
    EXPECT_EQ(refused.message(), "connect " + address.ToString() + ": Connection refused");
  });
}

TEST(Stream, AHostNameIsRefusedWithTheRemedy) {
  RunInLoop([] {
    Status bad = RealEnvironment().network.Connect(Address::Tcp("example", 80)).status();
    EXPECT_EQ(bad.code(), StatusCode::kInvalidArgument);
    EXPECT_NE(bad.message().find("'example' is not an IP address"), std::string::npos);
  });
}

TEST(Stream, PlainThreadIsToldToUseALoop) {
  Status bad = RealEnvironment().network.Listen(Address::Tcp("127.0.0.1", 0), {}).status();
  EXPECT_EQ(bad.code(), StatusCode::kFailedPrecondition);
}

TEST(Listener, TakenPortIsAlreadyExists) {
  RunInLoop([] {
    Network& network = RealEnvironment().network;
    auto first = network.Listen(Address::Tcp("127.0.0.1", 0), {});
    ASSERT_TRUE(first.ok());
    EXPECT_EQ(network.Listen((*first)->address(), {}).status().code(), StatusCode::kAlreadyExists);
  });
}

TEST(Listener, ReusePortLetsSeveralListen) {
  RunInLoop([] {
    Network& network = RealEnvironment().network;
    ListenOptions options;
    options.reuse_port = true;
    auto first = network.Listen(Address::Tcp("127.0.0.1", 0), options);
    ASSERT_TRUE(first.ok());
    EXPECT_TRUE(network.Listen((*first)->address(), options).ok());
  });
}

TEST(Listener, CloseWakesTheAcceptor) {
  RunInLoop([] {
    auto listener = RealEnvironment().network.Listen(Address::Tcp("127.0.0.1", 0), {});
    Status seen;
    JoinHandle acceptor = Start([&] { seen = (*listener)->Accept().status(); });
    Yield();
    (*listener)->Close();
    acceptor.Join();
    EXPECT_EQ(seen.code(), StatusCode::kUnavailable);
  });
}

TEST(Listener, ReplacesAStaleSocketFileButNotALiveOne) {
  const Address address = Address::Unix(SocketPath("stale"));
  RunInLoop([&] {
    // What a killed process leaves: a bound file with nobody behind it.
    Result<SocketAddress> raw = SocketAddress::From(address);
    const int dead = socket(AF_UNIX, SOCK_STREAM, 0);
    ASSERT_EQ(bind(dead, raw->get(), raw->length), 0);
    close(dead);
    Network& network = RealEnvironment().network;
    auto listener = network.Listen(address, {});
    ASSERT_TRUE(listener.ok()) << listener.status().ToString();
    EXPECT_EQ(network.Listen(address, {}).status().code(), StatusCode::kAlreadyExists);
    EXPECT_TRUE(network.Connect(address).ok());
    (*listener)->Close();
    EXPECT_FALSE(std::filesystem::exists(address.host()));
  });
}

TEST(Datagram, RoundTripWithTheSendersAddress) {
  RunInLoop([] {
    Network& network = RealEnvironment().network;
    auto a = network.Bind(Address::Tcp("127.0.0.1", 0));
    auto b = network.Bind(Address::Tcp("127.0.0.1", 0));
    ASSERT_TRUE(a.ok() && b.ok());
    Address from;
    std::array<std::byte, 3> buffer;
    JoinHandle sender =
        Start([&] { EXPECT_TRUE((*a)->SendTo((*b)->address(), Bytes("hello")).ok()); });
    Result<size_t> count = (*b)->ReceiveFrom(buffer, from);
    ASSERT_TRUE(count.ok());
    EXPECT_EQ(*count, 3u);  // the rest is cut off
    EXPECT_EQ(from, (*a)->address());
    Status seen;
    JoinHandle receiver = Start([&] { seen = (*b)->ReceiveFrom(buffer, from).status(); });
    Yield();
    (*b)->Close();
    receiver.Join();
    EXPECT_EQ(seen.code(), StatusCode::kUnavailable);
  });
}

}  // namespace
}  // namespace bellrock::fiber
