// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/client/server_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bellrock::naming::client {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr Time At(int s) {
  return Time(seconds(s));
}
Address Server(int i) {
  return Address::Tcp("10.0.0." + std::to_string(i), 7600);
}
ServerList ListOf(std::string_view text) {
  auto entries = ServerEntry::ParseList("--server", text);
  EXPECT_TRUE(entries.ok()) << entries.status().ToString();
  return ServerList(std::move(*entries));
}
std::string ErrorOf(std::string_view text) {
  return std::string(ServerEntry::ParseList("--server", text).status().message());
}

TEST(ServerEntry, IsAnAddressOrAName) {
  const auto entries =
      ServerEntry::ParseList("f", "10.0.0.1:7600,[::1]:2,unix:/run/x,registry.sz:7601,localhost:3");
  ASSERT_TRUE(entries.ok()) << entries.status().ToString();
  ASSERT_EQ(entries->size(), 5u);
  EXPECT_FALSE((*entries)[0].is_name());
  EXPECT_FALSE((*entries)[1].is_name());
  EXPECT_EQ((*entries)[2].ToString(), "unix:/run/x");
  EXPECT_TRUE((*entries)[3].is_name());
  EXPECT_EQ((*entries)[3].name(), "registry.sz");
  EXPECT_EQ((*entries)[3].port(), 7601);
  EXPECT_EQ((*entries)[4].ToString(), "127.0.0.1:3");  // as Address reads it
}

TEST(ServerEntry, SaysWhatIsWrongWithTheList) {
  EXPECT_THAT(ErrorOf(""), HasSubstr("--server: no server"));
  EXPECT_THAT(ErrorOf("nowhere"), HasSubstr("nowhere"));
  EXPECT_THAT(ErrorOf("a:0"), HasSubstr("'0' must be 1..65535"));
  EXPECT_THAT(ErrorOf("a:70000"), HasSubstr("70000"));
  EXPECT_THAT(ErrorOf("10.0.0.1:1,a b:2"), HasSubstr("a b"));
  EXPECT_THAT(ErrorOf("10.0.0.300:7600"), HasSubstr("10.0.0.300"));
  std::string many = "10.0.0.1:1";
  for (size_t i = 0; i < kServerEntriesMax; ++i) many += ",10.0.0.1:1";
  EXPECT_THAT(ErrorOf(many), HasSubstr("over 64 servers"));
}

TEST(ServerList, AddressesNeedNoResolving) {
  ServerList list = ListOf("10.0.0.2:7600,10.0.0.1:7600,10.0.0.2:7600");
  EXPECT_THAT(list.addresses(), ElementsAre(Server(2), Server(1)));
  EXPECT_EQ(list.due(), kNever);
  EXPECT_THAT(list.Due(At(0)), IsEmpty());
}

TEST(ServerList, NameStandsForAllItsAddressesAndIsResolvedAgainEachThirtySeconds) {
  ServerList list = ListOf("10.0.0.9:7600,registry:7600");
  EXPECT_THAT(list.addresses(), ElementsAre(Server(9)));
  auto due = list.Due(At(0));
  ASSERT_EQ(due.size(), 1u);
  EXPECT_THAT(list.Due(At(1)), IsEmpty());  // under way
  const uint64_t version = list.version();
  list.OnResolved(due[0], std::vector<Address>{Server(3), Server(1)}, At(1));
  EXPECT_THAT(list.addresses(), ElementsAre(Server(9), Server(1), Server(3)));
  EXPECT_GT(list.version(), version);
  EXPECT_EQ(list.due(), At(31));
  due = list.Due(At(31));
  ASSERT_EQ(due.size(), 1u);
  list.OnResolved(due[0], std::vector<Address>{Server(4)}, At(31));
  EXPECT_THAT(list.addresses(), ElementsAre(Server(9), Server(4)));
}

TEST(ServerList, SameAddressesInAnotherOrderAreNoChange) {
  ServerList list = ListOf("registry:7600");
  const auto due = list.Due(At(0));
  list.OnResolved(due[0], std::vector<Address>{Server(3), Server(1)}, At(0));
  const uint64_t version = list.version();
  list.OnResolved(due[0], std::vector<Address>{Server(1), Server(3)}, At(30));
  EXPECT_EQ(list.version(), version);
}

TEST(ServerList, NameThatDoesNotResolveKeepsTheAddressesItHad) {
  ServerList list = ListOf("registry:7600");
  const auto due = list.Due(At(0));
  list.OnResolved(due[0], UnavailableError("no name server"), At(0));
  EXPECT_THAT(list.addresses(), IsEmpty());
  EXPECT_EQ(list.due(), At(0) + ServerList::kResolveAgain);
  list.OnResolved(due[0], std::vector<Address>{Server(1)}, At(2));
  list.OnResolved(due[0], UnavailableError("no name server"), At(32));
  EXPECT_THAT(list.addresses(), ElementsAre(Server(1)));
  list.OnResolved(due[0], std::vector<Address>(), At(62));
  EXPECT_THAT(list.addresses(), ElementsAre(Server(1)));
}

TEST(ServerList, ResolvesSoonerWhenNobodyAnswersButNotMoreThanEachTwoSeconds) {
  ServerList list = ListOf("registry:7600");
  auto due = list.Due(At(0));
  list.OnAllFailed(At(0));  // under way already
  EXPECT_EQ(list.due(), kNever);
  list.OnResolved(due[0], std::vector<Address>{Server(1)}, At(0));
  list.OnAllFailed(At(1));
  EXPECT_EQ(list.due(), At(2));
  list.OnAllFailed(At(20));
  EXPECT_EQ(list.due(), At(2));
  (void)list.Due(At(20));
  list.OnResolved(due[0], std::vector<Address>{Server(1)}, At(20));
  list.OnAllFailed(At(25));
  EXPECT_EQ(list.due(), At(25));
}

}  // namespace
}  // namespace bellrock::naming::client
