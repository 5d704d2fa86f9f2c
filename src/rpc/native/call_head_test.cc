// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/native/call_head.h"

#include <gtest/gtest.h>

#include "bellrock/rpc/v1/wire.pb.h"

namespace bellrock::rpc {
namespace {

Method MethodNamed(std::string service, std::string name) {
  Method method;
  method.service_name = std::move(service);
  method.name = std::move(name);
  return method;
}

std::string Timeout(uint64_t us) {
  v1::CallMeta rest;
  rest.set_timeout_us(us);
  return rest.SerializeAsString();
}

TEST(CallHead, IsKnownAgainWhateverFollowsIt) {
  const Method method = MethodNamed("music.v1.Catalog", "Get");
  HeadWriter writer;
  const std::string head(writer.Encode("music.v1.Catalog", "Get", "web/gateway"));
  KnownHeads known;
  EXPECT_EQ(known.Find(head + Timeout(1)), nullptr);
  known.Learn(head + Timeout(1), method);
  const CallHead* found = known.Find(head + Timeout(2));
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->method, &method);
  EXPECT_EQ(found->caller, "web/gateway");
  EXPECT_EQ(found->bytes, head);
}

TEST(CallHead, IsEncodedAnewWhenAnyPartChanges) {
  HeadWriter writer;
  const std::string head(writer.Encode("a.S", "M", "l/c"));
  EXPECT_EQ(writer.Encode("a.S", "M", "l/c"), head);
  EXPECT_NE(writer.Encode("b.S", "M", "l/c"), head);
  EXPECT_NE(writer.Encode("a.S", "N", "l/c"), head);
  EXPECT_NE(writer.Encode("a.S", "M", "l/d"), head);
  v1::CallMeta meta;
  ASSERT_TRUE(meta.ParseFromString(std::string(writer.Encode("a.S", "M", "l/c"))));
  EXPECT_EQ(meta.service(), "a.S");
  EXPECT_EQ(meta.method(), "M");
  EXPECT_EQ(meta.caller(), "l/c");
}

TEST(CallHead, OfAnotherOrderOfFieldsLeavesTheCallerToTheParser) {
  const Method method = MethodNamed("a.S", "M");
  v1::CallMeta meta;
  meta.set_service("a.S");
  meta.set_method("M");
  meta.set_timeout_us(7);
  meta.set_caller("l/c");  // behind the timeout, as protobuf writes it
  KnownHeads known;
  known.Learn(meta.SerializeAsString(), method);
  const CallHead* found = known.Find(meta.SerializeAsString());
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->caller, "");
}

TEST(CallHead, ThatALaterFieldContradictsIsNotLearnt) {
  const Method other = MethodNamed("a.S", "Other");
  HeadWriter writer;
  std::string meta(writer.Encode("a.S", "M", ""));
  v1::CallMeta again;
  again.set_method("Other");
  meta += again.SerializeAsString();
  KnownHeads known;
  known.Learn(meta, other);
  EXPECT_EQ(known.Find(meta), nullptr);
}

TEST(CallHead, OfBrokenOrForeignBytesIsNone) {
  const Method method = MethodNamed("a.S", "M");
  HeadWriter writer;
  const std::string head(writer.Encode("a.S", "M", "l/c"));
  KnownHeads known;
  for (size_t bytes = 0; bytes + 6 < head.size(); ++bytes)
    known.Learn(head.substr(0, bytes), method);
  known.Learn(Timeout(1), method);
  EXPECT_EQ(known.Find(head), nullptr);
}

TEST(CallHead, OldestIsForgottenForANewOne) {
  KnownHeads known;
  HeadWriter writer;
  std::array<Method, KnownHeads::kHeadsMax + 1> methods;
  std::vector<std::string> heads;
  for (size_t i = 0; i < methods.size(); ++i) {
    methods[i] = MethodNamed("a.S", std::string(1, static_cast<char>('A' + i)));
    heads.emplace_back(writer.Encode("a.S", methods[i].name, ""));
    known.Learn(heads.back(), methods[i]);
  }
  EXPECT_EQ(known.Find(heads[0]), nullptr);
  for (size_t i = 1; i < methods.size(); ++i) EXPECT_EQ(known.Find(heads[i])->method, &methods[i]);
}

}  // namespace
}  // namespace bellrock::rpc
