// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// ReplyDetails: what a caller learns beside its reply.
#include <gtest/gtest.h>

#include "rpc/client.h"
#include "rpc/sim_peers.h"
#include "testing/world.h"

namespace bellrock::rpc {
namespace {

using sample::v1::CountRequest;
using sample::v1::EchoReply;
using sample::v1::EchoRequest;
using sample::v1::EchoStub;
using testing::World;

TEST(ReplyDetails, TellWhoAnsweredAndAfterHowManyTries) {
  World world(1);
  world.Run([&] {
    EchoServer echo(world.Host("s"), "s");
    ListedEndpoints endpoints({At("dead"), At("s")});
    Client client(world.Host("c"), endpoints, nullptr, {});
    EchoRequest request;
    request.set_flag(true);
    ReplyDetails details;
    ASSERT_TRUE(EchoStub(client).Say(request, {.details = &details}).ok());
    EXPECT_EQ(details.address, "s:7600");
    EXPECT_EQ(details.instance, "i1");
    EXPECT_EQ(details.attempts, 2);
    EXPECT_TRUE(details.trace.valid());
    EXPECT_EQ(details.metadata, (Metadata{{"seen-by", "echo"}}));
  });
}

TEST(ReplyDetails, OfAFailedCallAreThoseOfItsLastTry) {
  World world(2);
  world.Run([&] {
    EchoServer echo(world.Host("s"), "s");
    ListedEndpoints endpoints({At("s")});
    Client client(world.Host("c"), endpoints, nullptr, {});
    EchoRequest request;
    request.set_flag(true);
    request.set_code(static_cast<int>(StatusCode::kNotFound));
    ReplyDetails details;
    EXPECT_FALSE(EchoStub(client).Say(request, {.details = &details}).ok());
    EXPECT_EQ(details.instance, "i0");
    EXPECT_EQ(details.attempts, 1);
    EXPECT_EQ(details.metadata.size(), 1U);
  });
}

TEST(ReplyDetails, WithoutAnInstanceThereWasNoTry) {
  World world(3);
  world.Run([&] {
    ListedEndpoints endpoints({});
    Client client(world.Host("c"), endpoints, nullptr, {});
    ReplyDetails details;
    details.address = "left over";
    EXPECT_FALSE(EchoStub(client).Say({}, {.details = &details}).ok());
    EXPECT_EQ(details.attempts, 0);
    EXPECT_EQ(details.address, "");
  });
}

TEST(ReplyDetails, OfAStreamComeWithItsEnd) {
  World world(4);
  world.Run([&] {
    EchoServer echo(world.Host("s"), "s");
    ListedEndpoints endpoints({At("s")});
    Client client(world.Host("c"), endpoints, nullptr, {});
    CountRequest request;
    request.set_items(1);
    ReplyDetails details;
    auto reader = EchoStub(client).Count(request, {.details = &details});
    ASSERT_TRUE(reader.ok());
    EchoReply item;
    ASSERT_TRUE(*reader->Read(item));
    EXPECT_EQ(details.attempts, 0);
    ASSERT_FALSE(*reader->Read(item));
    EXPECT_EQ(details.attempts, 1);
    EXPECT_EQ(details.address, "s:7600");
  });
}

}  // namespace
}  // namespace bellrock::rpc
