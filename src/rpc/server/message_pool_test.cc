// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/server/message_pool.h"

#include <gtest/gtest.h>

#include <utility>

#include "rpc/echo_service.h"

namespace bellrock::rpc {
namespace {

class MessagePoolTest : public testing::Test {
 protected:
  MessagePoolTest() : pool_(1) {
    method_.descriptor = &service_.methods().front();
    method_.index = 0;
  }

  EchoService service_;
  Method method_;
  MessagePool pool_;
};

TEST_F(MessagePoolTest, GivesASmallMessageAgainEmpty) {
  std::unique_ptr<Message> request = pool_.TakeRequest(method_);
  auto& echo = static_cast<sample::v1::EchoRequest&>(*request);
  echo.set_text("of the call before");
  const Message* before = request.get();
  pool_.KeepRequest(method_, std::move(request), 20);
  request = pool_.TakeRequest(method_);
  EXPECT_EQ(request.get(), before);
  EXPECT_EQ(request->ByteSizeLong(), 0U);
  EXPECT_NE(pool_.TakeRequest(method_).get(), before);
}

TEST_F(MessagePoolTest, KeepsRequestsAndRepliesApart) {
  pool_.KeepReply(method_, pool_.TakeReply(method_), 10);
  const std::unique_ptr<Message> request = pool_.TakeRequest(method_);
  EXPECT_EQ(request->GetTypeName(), method_.descriptor->new_request()->GetTypeName());
  EXPECT_EQ(pool_.kept(method_), 1U);
}

TEST_F(MessagePoolTest, FreesWhatIsLargeOrOfUnknownSize) {
  pool_.KeepRequest(method_, pool_.TakeRequest(method_), MessagePool::kKeptBytesMax + 1);
  pool_.KeepReply(method_, pool_.TakeReply(method_), SIZE_MAX);
  EXPECT_EQ(pool_.kept(method_), 0U);
}

TEST_F(MessagePoolTest, HoldsAtMostSoMany) {
  for (size_t i = 0; i < MessagePool::kKeptMax + 10; ++i) {
    pool_.KeepRequest(method_, method_.descriptor->new_request(), 10);
  }
  EXPECT_EQ(pool_.kept(method_), MessagePool::kKeptMax);
}

}  // namespace
}  // namespace bellrock::rpc
