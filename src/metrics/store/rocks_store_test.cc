// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/store/rocks_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "metrics/store/store_house_for_test.h"

namespace bellrock::metrics::store {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// A directory for a test, removed with it.
class Folder {
 public:
  explicit Folder(const std::string& name)
      : path_(testing::TempDir() + "bellrock_store_" + std::to_string(::getpid()) + name) {
    fs::remove_all(path_);
  }
  ~Folder() { fs::remove_all(path_); }
  const std::string& path() const { return path_; }

 private:
  const std::string path_;
};

std::unique_ptr<RocksStore> OpenIn(const std::string& directory) {
  RocksOptions options;
  options.directory = directory;
  auto store = RocksStore::Open(options);
  EXPECT_TRUE(store.ok()) << store.status().ToString();
  return store.ok() ? *std::move(store) : nullptr;
}

class RocksHouse final : public StoreHouse {
 public:
  RocksHouse() : folder_("_contract/below"), store_(OpenIn(folder_.path())) {}
  Store& store() override { return *store_; }
  void Reopen() override {
    store_.reset();
    store_ = OpenIn(folder_.path());
  }

 private:
  Folder folder_;
  std::unique_ptr<RocksStore> store_;
};

INSTANTIATE_TEST_SUITE_P(Rocks, StoreContract,
                         testing::Values([] { return std::make_unique<RocksHouse>(); }));

// What a partition's owner does for three cuts, and whoever takes over does once more.
void Compute(Store& store, const Shelf& shelf) {
  for (uint64_t cut = 1; cut <= 3; ++cut) {
    for (uint32_t partition = 1; partition <= 3; ++partition) {
      const Block block = BlockOf(shelf, 60, {{"OK", partition, static_cast<uint32_t>(cut)}});
      ASSERT_EQ(store.Write({partition, cut}, {block}), Status::Ok());
    }
    ASSERT_EQ(store.Merge(shelf, 60), Status::Ok());
  }
}

// The files as a crash leaves them: the log ends in the middle of a batch.
void CopyWithLogCutAt(const std::string& from, const std::string& to, uint64_t bytes) {
  fs::remove_all(to);
  fs::create_directories(to);
  for (const auto& file : fs::directory_iterator(from)) {
    if (file.path().filename() == "LOCK") continue;
    fs::copy(file.path(), to / file.path().filename());
    if (file.path().extension() == ".log") fs::resize_file(to / file.path().filename(), bytes);
  }
}

uint64_t LogBytes(const std::string& directory) {
  uint64_t bytes = 0;
  for (const auto& file : fs::directory_iterator(directory)) {
    if (file.path().extension() == ".log") bytes += fs::file_size(file.path());
  }
  return bytes;
}

TEST(RocksStore, WhateverACrashTornOffItsLogComputingAgainCountsEachContributionOnce) {
  const Folder folder("_log"), crashed("_crashed");
  const Shelf shelf = MinutesOf("music/storage");
  const std::unique_ptr<RocksStore> store = OpenIn(folder.path());
  Compute(*store, shelf);
  const auto all = ElementsAre("60 music/storage,OK:1x6:2x6:3x6");
  ASSERT_THAT(ScanTexts(*store, shelf), all);
  const uint64_t end = LogBytes(folder.path());
  std::set<std::vector<std::string>> found;
  constexpr uint64_t kStep = 61;
  for (uint64_t cut_at = 0; cut_at < end + kStep; cut_at += kStep) {
    const uint64_t bytes = std::min(cut_at, end);
    CopyWithLogCutAt(folder.path(), crashed.path(), bytes);
    const std::unique_ptr<RocksStore> again = OpenIn(crashed.path());
    ASSERT_NE(again, nullptr);
    found.insert(ScanTexts(*again, shelf));
    Compute(*again, shelf);
    ASSERT_THAT(ScanTexts(*again, shelf), all) << "the log cut at " << bytes << " of " << end;
  }
  // Nothing yet, after each of the writes, and after each of the merges.
  EXPECT_THAT(found, SizeIs(1 + 9 + 3));
}

TEST(RocksStore, OneProcessHasTheDirectory) {
  const Folder folder("_locked");
  const std::unique_ptr<RocksStore> store = OpenIn(folder.path());
  RocksOptions options;
  options.directory = folder.path();
  const Status refused = RocksStore::Open(options).status();
  EXPECT_EQ(refused.code(), StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(refused.message()), HasSubstr(folder.path()));
}

TEST(RocksStore, ForgettingGivesTheDiskBack) {
  const Folder folder("_forgotten");
  const std::unique_ptr<RocksStore> store = OpenIn(folder.path());
  constexpr int64_t kDay = 86400;
  for (uint64_t cut = 1; cut <= 3; ++cut) {
    const int64_t window = static_cast<int64_t>(cut) * kDay;
    for (int callee = 0; callee < 50; ++callee) {
      const Shelf shelf = MinutesOf("a/" + std::to_string(callee));
      ASSERT_EQ(store->Write({1, cut}, {BlockOf(shelf, window, {{"OK", 1}})}), Status::Ok());
    }
    ASSERT_GT(store->DiskBytes().value(), 0u);
  }
  const uint64_t before = store->DiskBytes().value();
  ASSERT_EQ(store->Expire(Grain::kMinute, 3 * kDay), Status::Ok());
  EXPECT_LT(store->DiskBytes().value(), before);
  EXPECT_THAT(store->Callees(Grain::kMinute, 0, 3 * kDay, 10).value(), IsEmpty());
  EXPECT_THAT(store->Callees(Grain::kMinute, 0, 4 * kDay, 100).value(), SizeIs(50));
}

TEST(RocksStore, AScanSeesTheWindowAsItWasWhenItBegan) {
  const Folder folder("_snapshot");
  const std::unique_ptr<RocksStore> store = OpenIn(folder.path());
  const Shelf shelf = MinutesOf("a");
  std::vector<Block> blocks;
  for (int64_t window = 0; window < 200 * 60; window += 60) {
    blocks.push_back(BlockOf(shelf, window, {{"OK", 1}}));
  }
  for (const uint32_t partition : {1, 2}) {
    ASSERT_EQ(store->Write({partition, 1}, blocks), Status::Ok());
  }
  uint64_t calls = 0;
  ASSERT_EQ(store->Scan(shelf, 0, 200 * 60,
                        [&](const Block& block) {
                          calls += block.table.buckets.at(0).count;
                          EXPECT_EQ(store->Merge(shelf, 199 * 60 - block.window), Status::Ok());
                          return true;
                        }),
            Status::Ok());
  EXPECT_EQ(calls, 400u);
}

}  // namespace
}  // namespace bellrock::metrics::store
