// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/store/clickhouse_store.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <utility>

#include "metrics/store/clickhouse_server_for_test.h"
#include "metrics/store/store_house_for_test.h"

namespace bellrock::metrics::store {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// One server for all tests; each has a database of its own.
class ServerOfAllTests final : public testing::Environment {
 public:
  void SetUp() override {
    Result<ClickhouseServer> started = ClickhouseServer::Start();
    ASSERT_TRUE(started.ok()) << started.status().ToString();
    server_ = std::make_unique<ClickhouseServer>(*std::move(started));
  }
  void TearDown() override { server_.reset(); }

  ClickhouseOptions NewDatabase() {
    ClickhouseOptions options;
    options.address = server_->address();
    options.database = fmt::format("test{}", ++databases_);
    options.timeout = std::chrono::seconds(100);
    return options;
  }

 private:
  std::unique_ptr<ClickhouseServer> server_;
  int databases_ = 0;
};

ServerOfAllTests& Server() {
  static auto* const server = new ServerOfAllTests;  // NOLINT(new): owned by googletest
  return *server;
}
const testing::Environment* const kRegistered = testing::AddGlobalTestEnvironment(&Server());

class ClickhouseHouse final : public StoreHouse {
 public:
  ClickhouseHouse() : options_(Server().NewDatabase()) { Reopen(); }
  Store& store() override { return *store_; }
  void Reopen() override {
    auto opened = ClickhouseStore::Open(fiber::RealEnvironment(), options_);
    ASSERT_TRUE(opened.ok()) << opened.status().ToString();
    store_ = *std::move(opened);
  }

  Result<std::string> Ask(const std::string& statement) {
    return ClickhouseClient(fiber::RealEnvironment(), options_).Ask(statement);
  }

 private:
  const ClickhouseOptions options_;
  std::unique_ptr<ClickhouseStore> store_;
};

INSTANTIATE_TEST_SUITE_P(Clickhouse, StoreContract,
                         testing::Values([] { return std::make_unique<ClickhouseHouse>(); }));

void InFiber(const std::function<void()>& body) {
  fiber::LoopGroup loops(1);
  const Status ran = fiber::RunOn(loops.loop(0), body);
  ASSERT_TRUE(ran.ok()) << ran.ToString();
}

void WriteTwoContributions(Store& store, const Shelf& shelf) {
  for (const uint32_t partition : {1, 2}) {
    ASSERT_EQ(store.Write({partition, 1}, {BlockOf(shelf, 60, {{"OK", partition, 3}})}),
              Status::Ok());
  }
}

TEST(ClickhouseStore, ReadersAreRightBeforeAndAfterTheServerMergesItsParts) {
  InFiber([] {
    ClickhouseHouse house;
    const Shelf shelf = MinutesOf("music/storage");
    WriteTwoContributions(house.store(), shelf);
    ASSERT_EQ(house.store().Merge(shelf, 60), Status::Ok());
    WriteTwoContributions(house.store(), shelf);
    for (int i = 0; i < 2; ++i) {
      EXPECT_THAT(ScanTexts(house.store(), shelf), ElementsAre("60 music/storage,OK:1x3:2x3"));
      ASSERT_TRUE(house.Ask("OPTIMIZE TABLE blocks FINAL").ok());
    }
  });
}

// A crash between the two inserts of a merge.
TEST(ClickhouseStore, AMergeThatEndedBeforeItRemovedAnythingCountsOnce) {
  InFiber([] {
    ClickhouseHouse house;
    const Shelf shelf = MinutesOf("music/storage");
    WriteTwoContributions(house.store(), shelf);
    ASSERT_EQ(house.store().Merge(shelf, 60), Status::Ok());
    ASSERT_TRUE(house.Ask("CREATE TABLE half AS blocks").ok());
    ASSERT_TRUE(house.Ask("INSERT INTO half SELECT * FROM blocks WHERE kind = 1").ok());
    ASSERT_TRUE(house.Ask("DROP TABLE blocks").ok());
    ASSERT_TRUE(house.Ask("RENAME TABLE half TO blocks").ok());
    WriteTwoContributions(house.store(), shelf);
    EXPECT_THAT(ScanTexts(house.store(), shelf), ElementsAre("60 music/storage,OK:1x3:2x3"));
    ASSERT_EQ(house.store().Write({3, 1}, {BlockOf(shelf, 60, {{"OK", 9}})}), Status::Ok());
    ASSERT_EQ(house.store().Merge(shelf, 60), Status::Ok());
    EXPECT_THAT(ScanTexts(house.store(), shelf), ElementsAre("60 music/storage,OK:1x3:2x3:9x1"));
  });
}

TEST(ClickhouseStore, PeopleReadRowsOfMergedWindowsInSql) {
  InFiber([] {
    ClickhouseHouse house;
    const Shelf shelf = MinutesOf("music/storage");
    ASSERT_EQ(
        house.store().Write(
            {1, 1}, {BlockOf(shelf, 60, {{"OK", 100, 999'999}, {"OK", 700}, {"ABORTED", 5}})}),
        Status::Ok());
    const auto rows = [&] {
      return house
          .Ask(
              "SELECT toUnixTimestamp(window_start), grain, callee, result, calls, tp50_us, "
              "tp999999_us, max_us FROM call_rows FINAL ORDER BY result")
          .value();
    };
    ASSERT_EQ(house.store().Merge(shelf, 60), Status::Ok());
    EXPECT_EQ(rows(),
              "60\tminute\tmusic/storage\tABORTED\t1\t5\t5\t5\n"
              "60\tminute\tmusic/storage\tOK\t1000000\t100\t100\t700\n");
    ASSERT_EQ(house.store().Write({2, 1}, {BlockOf(shelf, 60, {{"OK", 700}})}), Status::Ok());
    ASSERT_EQ(house.store().Merge(shelf, 60), Status::Ok());
    EXPECT_EQ(rows(),
              "60\tminute\tmusic/storage\tABORTED\t1\t5\t5\t5\n"
              "60\tminute\tmusic/storage\tOK\t1000001\t100\t700\t700\n");
  });
}

TEST(ClickhouseStore, ForgettingDropsWholePartitions) {
  InFiber([] {
    ClickhouseHouse house;
    const Shelf shelf = MinutesOf("music/storage");
    for (const int64_t window : {0, 86400, 2 * 86400}) {
      ASSERT_EQ(house.store().Write({1, 1}, {BlockOf(shelf, window, {{"OK", 1}})}), Status::Ok());
    }
    ASSERT_EQ(house.store().Expire(Grain::kMinute, 2 * 86400 + 60), Status::Ok());
    EXPECT_THAT(ScanTexts(house.store(), shelf), ElementsAre());
    EXPECT_EQ(house.Ask("SELECT count() FROM blocks").value(), "1\n");
  });
}

TEST(ClickhouseStore, ErrorsNameTheServerTheDatabaseAndWhatToDo) {
  InFiber([] {
    const auto refused = [](const ClickhouseOptions& options, StatusCode code,
                            const std::string& remedy) {
      const Status status = ClickhouseStore::Open(fiber::RealEnvironment(), options).status();
      EXPECT_EQ(status.code(), code) << status.ToString();
      EXPECT_THAT(std::string(status.message()), HasSubstr(remedy));
    };
    ClickhouseOptions options = Server().NewDatabase();
    options.user = "locked";
    refused(options, StatusCode::kUnauthenticated, "give the store's password");
    options.password = "wrong";
    refused(options, StatusCode::kUnauthenticated, "mend the store's password");
    options.user = "nobody";
    refused(options, StatusCode::kUnauthenticated, "mend the store's user");
    options.password = "secret";
    options.user = "locked";
    EXPECT_TRUE(ClickhouseStore::Open(fiber::RealEnvironment(), options).ok());
    options.database = "a-b";
    refused(options, StatusCode::kInvalidArgument, "letters, digits and '_'");
    options.database = "elsewhere";
    options.address = Address::Tcp("127.0.0.1", 1);
    refused(options, StatusCode::kUnavailable,
            "clickhouse 127.0.0.1:1, database elsewhere: no answer; start the server");
  });
}

}  // namespace
}  // namespace bellrock::metrics::store
