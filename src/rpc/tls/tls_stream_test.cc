// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Bytes through TLS over streams of every kind of slowness.
#include "rpc/tls/tls_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "rpc/tls/tls_peers.h"
#include "testing/world.h"

namespace bellrock::rpc {
namespace {

using TlsWorld = TlsWorldOf<bellrock::testing::World>;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;

// Takes at most a few bytes at a time, and nothing each other time it is asked; hands out as few.
class DrippingStream final : public fiber::Stream {
 public:
  DrippingStream(std::unique_ptr<fiber::Stream> inner, size_t drip)
      : inner_(std::move(inner)), drip_(drip) {}

  Result<size_t> Read(std::span<std::byte> buffer) override {
    return inner_->Read(buffer.first(std::min(buffer.size(), drip_)));
  }
  Result<size_t> TryWrite(std::span<const iovec> parts) override {
    if (stalled_ || (refuses_ = !refuses_)) return size_t{0};
    const iovec part{parts[0].iov_base, std::min(parts[0].iov_len, drip_)};
    return inner_->TryWrite({&part, 1});
  }
  Status WaitWritable() override { return inner_->WaitWritable(); }
  Status WriteAll(std::span<const std::byte>) override {
    return InternalError("TLS must not wait in the inner stream's WriteAll");
  }
  void Close() override { inner_->Close(); }
  const Address& local() const override { return inner_->local(); }
  const Address& peer() const override { return inner_->peer(); }

  void set_drip(size_t drip) { drip_ = drip; }
  void set_stalled(bool stalled) { stalled_ = stalled; }

 private:
  std::unique_ptr<fiber::Stream> inner_;
  size_t drip_;
  bool refuses_ = false;
  bool stalled_ = false;
};

std::string Pattern(size_t size) {
  std::string text(size, '\0');
  for (size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i * 31 + i / 251);
  return text;
}

// Two ends over dripping streams, both handshakes done.
struct Dripping {
  Dripping(TlsWorld& tls, size_t drip) {
    tls.PutFiles();
    PlainEnds plain = ConnectPlain(tls);
    auto slow = std::make_unique<DrippingStream>(std::move(plain.client), drip);
    client_drip = slow.get();
    plain.client = std::move(slow);
    plain.server = std::make_unique<DrippingStream>(std::move(plain.server), drip);
    ends = ConnectTls(tls, *tls.Server(tls.ServerOptions()), *tls.Client(tls.ClientOptions()),
                      std::move(plain));
    EXPECT_TRUE(ends.server.ok()) << ends.server.status().ToString();
    EXPECT_TRUE(ends.client.ok()) << ends.client.status().ToString();
  }
  TlsStream& server() { return **ends.server; }
  TlsStream& client() { return **ends.client; }

  DrippingStream* client_drip;
  TlsEnds ends;
};

TEST(TlsStream, CarriesEveryByteHoweverFewFitAtOnce) {
  for (const size_t drip : {size_t{7}, size_t{100}, size_t{1} << 20}) {
    TlsWorld tls(drip);
    tls.world.SetDelay(Duration(1), Duration(1));
    tls.world.Run([&] {
      Dripping both(tls, drip);
      const std::string text = Pattern(drip < 50 ? 50'000 : 1'000'000);
      std::string back;
      fiber::JoinHandle echo = fiber::Start([&] {
        const std::string got = ReadText(both.server(), text.size());
        EXPECT_TRUE(WriteText(both.server(), got).ok());
      });
      EXPECT_TRUE(WriteText(both.client(), text).ok());
      back = ReadText(both.client(), text.size());
      EXPECT_EQ(back == text, true) << "drip " << drip << ", got " << back.size();
    });
  }
}

TEST(TlsStream, ReadsAndWritesAtTheSameTime) {
  TlsWorld tls(1);
  tls.world.Run([&] {
    Dripping both(tls, 1000);
    const std::string text = Pattern(300'000);
    const auto write = [&](TlsStream& stream) { EXPECT_TRUE(WriteText(stream, text).ok()); };
    fiber::JoinHandle from_server = fiber::Start([&] { write(both.server()); });
    fiber::JoinHandle from_client = fiber::Start([&] { write(both.client()); });
    std::string at_server;
    fiber::JoinHandle reader =
        fiber::Start([&] { at_server = ReadText(both.server(), text.size()); });
    const std::string at_client = ReadText(both.client(), text.size());
    reader.Join();
    EXPECT_TRUE(at_client == text);
    EXPECT_TRUE(at_server == text);
  });
}

TEST(TlsStream, TakesManyPartsWithOneWrite) {
  TlsWorld tls(2);
  tls.world.Run([&] {
    Dripping both(tls, 1 << 20);
    std::array<std::string, 4> texts = {"one", "", Pattern(40'000), "four"};
    std::array<iovec, 4> parts;
    std::string all;
    for (size_t i = 0; i < parts.size(); ++i) {
      parts[i] = {texts[i].data(), texts[i].size()};
      all += texts[i];
    }
    std::string offered = all;
    size_t sent = 0;
    for (bool first = true; sent < all.size(); first = false) {
      const iovec rest{offered.data() + sent, offered.size() - sent};
      Result<size_t> taken =
          first ? both.client().TryWrite(parts) : both.client().TryWrite({&rest, 1});
      ASSERT_TRUE(taken.ok()) << taken.status().ToString();
      sent += *taken;
    }
    EXPECT_TRUE(ReadText(both.server(), all.size()) == all);
  });
}

TEST(TlsStream, CountsBytesOnlyWhenTheInnerStreamHasThem) {
  TlsWorld tls(3);
  tls.world.Run([&] {
    Dripping both(tls, 1 << 20);
    both.client_drip->set_drip(1000);
    std::string text = Pattern(TlsStream::kRecordsBytesMax * 4);
    const iovec part{text.data(), text.size()};
    Result<size_t> taken = both.client().TryWrite({&part, 1});
    ASSERT_TRUE(taken.ok());
    EXPECT_EQ(*taken, 0U) << "only a part of the first records went";
    EXPECT_TRUE(both.client().WaitWritable().ok());
    fiber::JoinHandle writing =
        fiber::Start([&] { EXPECT_TRUE(WriteText(both.client(), text).ok()); });
    EXPECT_TRUE(ReadText(both.server(), text.size()) == text);
  });
}

TEST(TlsStream, RefusesOtherBytesAfterAShortWrite) {
  TlsWorld tls(4);
  tls.world.Run([&] {
    Dripping both(tls, 1 << 20);
    both.client_drip->set_stalled(true);
    std::string text = "one text";
    std::string other = "another";
    const iovec first{text.data(), text.size()};
    const iovec second{other.data(), other.size()};
    Result<size_t> taken = both.client().TryWrite({&first, 1});
    ASSERT_TRUE(taken.ok() && *taken == 0) << "the inner stream refuses";
    both.client_drip->set_stalled(false);
    do {
      taken = both.client().TryWrite({&second, 1});
    } while (taken.ok() && *taken == 0);
    EXPECT_EQ(taken.status().code(), StatusCode::kInternal);
  });
}

TEST(TlsStream, TellsAnEndFromACut) {
  TlsWorld tls(5);
  tls.world.Run([&] {
    tls.PutFiles();
    auto server = tls.Server(tls.ServerOptions());
    auto client = tls.Client(tls.ClientOptions());
    TlsEnds ends = ConnectTls(tls, *server, *client);
    ASSERT_TRUE(WriteText(**ends.client, "last words").ok());
    (*ends.client)->Close();
    Status end = InternalError("not read");
    EXPECT_EQ(ReadText(**ends.server, 100, &end), "last words");
    EXPECT_TRUE(end.ok()) << end.ToString();
    EXPECT_FALSE((*ends.server)->truncated());

    PlainEnds plain = ConnectPlain(tls);
    auto slow = std::make_unique<DrippingStream>(std::move(plain.client), 1 << 20);
    DrippingStream* inner = slow.get();
    plain.client = std::move(slow);
    ends = ConnectTls(tls, *server, *client, std::move(plain));
    ASSERT_TRUE(WriteText(**ends.client, "last words").ok());
    inner->Close();
    EXPECT_EQ(ReadText(**ends.server, 100, &end), "last words");
    EXPECT_EQ(end.code(), StatusCode::kUnavailable);
    EXPECT_THAT(std::string(end.message()), HasSubstr("without TLS's closing word"));
    EXPECT_TRUE((*ends.server)->truncated());
  });
}

TEST(TlsStream, NoticesChangedBytes) {
  TlsWorld tls(6);
  tls.world.Run([&] {
    tls.PutFiles();
    PlainEnds plain = ConnectPlain(tls);
    auto slow = std::make_unique<DrippingStream>(std::move(plain.client), 1 << 20);
    DrippingStream* inner = slow.get();
    plain.client = std::move(slow);
    TlsEnds ends = ConnectTls(tls, *tls.Server(tls.ServerOptions()),
                              *tls.Client(tls.ClientOptions()), std::move(plain));
    std::string forged("\x17\x03\x03\x00\x20", 5);
    forged += std::string(32, 'f');
    const iovec part{forged.data(), forged.size()};
    while (*inner->TryWrite({&part, 1}) == 0) continue;
    Status end;
    EXPECT_EQ(ReadText(**ends.server, 100, &end), "");
    EXPECT_EQ(end.code(), StatusCode::kUnavailable);
    EXPECT_THAT(std::string(end.message()), HasSubstr("bad record mac"));
    EXPECT_FALSE(WriteText(**ends.server, "x").ok());
  });
}

TEST(TlsStream, CloseWakesWhoReads) {
  TlsWorld tls(7);
  tls.world.Run([&] {
    Dripping both(tls, 1 << 20);
    Status end;
    fiber::JoinHandle reading = fiber::Start([&] { ReadText(both.server(), 1, &end); });
    ASSERT_TRUE(fiber::SleepFor(seconds(1)).ok());
    both.server().Close();
    both.server().Close();
    reading.Join();
    EXPECT_EQ(end.code(), StatusCode::kUnavailable);
    EXPECT_EQ(WriteText(both.server(), "x").code(), StatusCode::kUnavailable);
    EXPECT_EQ(both.server().WaitWritable().code(), StatusCode::kUnavailable);
  });
}

TEST(TlsStream, ReadHonoursTheFibersDeadline) {
  TlsWorld tls(8);
  tls.world.Run([&] {
    Dripping both(tls, 1 << 20);
    {
      fiber::ScopedDeadline deadline(tls.In(milliseconds(50)));
      Status end;
      EXPECT_EQ(ReadText(both.server(), 1, &end), "");
      EXPECT_EQ(end.code(), StatusCode::kDeadlineExceeded);
    }
    ASSERT_TRUE(WriteText(both.client(), "later").ok());
    EXPECT_EQ(ReadText(both.server(), 5), "later");
  });
}

}  // namespace
}  // namespace bellrock::rpc
