// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "fiber/disk.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <string>

#include "fiber/disk_pool.h"
#include "fiber/disk_space.h"
#include "fiber/fiber.h"
#include "fiber/loop.h"
#include "fiber/sync.h"

namespace bellrock::fiber {
namespace {

std::span<const std::byte> Bytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

class DiskTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    directory_ = (std::filesystem::temp_directory_path() /
                  ("bellrock-" + std::to_string(getpid()) + "-" + test->name()))
                     .string();
    // A killed run with the same process id may have left one.
    std::filesystem::remove_all(directory_);
    std::filesystem::create_directories(directory_);
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }
  std::string Path(const std::string& name) const { return directory_ + "/" + name; }

  static void RunInLoop(std::function<void()> body) {
    Loop loop;
    ASSERT_TRUE(loop.Post([&] {
      body();
      Loop::Current()->Stop();
    }));
    loop.Run();
  }

  void UseFile() {
    Disk& disk = RealDisk();
    auto file = disk.Open(Path("log"), OpenMode::kAppendOrCreate);
    ASSERT_TRUE(file.ok()) << file.status().ToString();
    ASSERT_TRUE((*file)->Append(Bytes("hello ")).ok());
    ASSERT_TRUE((*file)->Append(Bytes("world")).ok());
    ASSERT_TRUE((*file)->Sync().ok());
    EXPECT_EQ(*(*file)->Size(), 11u);
    std::string text(5, '\0');
    EXPECT_EQ(*(*file)->ReadAt(6, std::as_writable_bytes(std::span(text))), 5u);
    EXPECT_EQ(text, "world");
    EXPECT_EQ(*(*file)->ReadAt(11, std::as_writable_bytes(std::span(text))), 0u);
    ASSERT_TRUE((*file)->Truncate(5).ok());
    auto again = disk.Open(Path("log"), OpenMode::kAppendOrCreate);
    ASSERT_TRUE((*again)->Append(Bytes("!")).ok());
    EXPECT_EQ(*(*again)->Size(), 6u);
  }

  std::string directory_;
};

TEST_F(DiskTest, FilesWorkInFibers) {
  RunInLoop([&] { UseFile(); });
}

TEST_F(DiskTest, FilesWorkOnAPlainThread) {
  UseFile();
}

TEST_F(DiskTest, NamesAreCreatedListedRenamedAndRemoved) {
  RunInLoop([&] {
    Disk& disk = RealDisk();
    ASSERT_TRUE(disk.CreateDirectories(Path("a/b")).ok());
    ASSERT_TRUE(disk.Open(Path("a/x"), OpenMode::kCreateNew).ok());
    Status exists = disk.Open(Path("a/x"), OpenMode::kCreateNew).status();
    EXPECT_EQ(exists.code(), StatusCode::kAlreadyExists);
    EXPECT_EQ(exists.message(), "open " + Path("a/x") + ": File exists");
    EXPECT_EQ(*disk.List(Path("a")), (std::vector<std::string>{"b", "x"}));
    ASSERT_TRUE(disk.Rename(Path("a/x"), Path("a/y")).ok());
    EXPECT_EQ(*disk.List(Path("a")), (std::vector<std::string>{"b", "y"}));
    EXPECT_TRUE(disk.Remove(Path("a/y")).ok());
    EXPECT_EQ(disk.Remove(Path("a/y")).code(), StatusCode::kNotFound);
    EXPECT_EQ(disk.Open(Path("a/y"), OpenMode::kRead).status().code(), StatusCode::kNotFound);
    EXPECT_EQ(disk.List(Path("none")).status().code(), StatusCode::kNotFound);
  });
}

TEST_F(DiskTest, TellsTheSpaceOfAFileSystem) {
  RunInLoop([this] {
    const auto space = SpaceOf(directory_);
    ASSERT_TRUE(space.ok()) << space.status().ToString();
    EXPECT_GT(space->total_bytes, 0u);
    EXPECT_LE(space->used_bytes, space->total_bytes);
    EXPECT_LE(space->available_bytes, space->total_bytes - space->used_bytes);
    EXPECT_EQ(SpaceOf(Path("absent")).status().code(), StatusCode::kNotFound);
  });
}

TEST_F(DiskTest, AFullDiskIsResourceExhausted) {
  // /dev/full answers every write with ENOSPC.
  RunInLoop([&] {
    auto file = RealDisk().Open("/dev/full", OpenMode::kAppendOrCreate);
    ASSERT_TRUE(file.ok()) << file.status().ToString();
    Status full = (*file)->Append(Bytes("x"));
    EXPECT_EQ(full.code(), StatusCode::kResourceExhausted);
    EXPECT_EQ(full.message(), "append /dev/full: No space left on device");
  });
}

TEST_F(DiskTest, OtherFibersRunWhileOneWaitsForTheDisk) {
  RunInLoop([&] {
    bool ran_meanwhile = false;
    JoinHandle other = Start([&] { ran_meanwhile = true; });
    RunOnDiskThread([] {});
    EXPECT_TRUE(ran_meanwhile);
  });
}

TEST_F(DiskTest, MoreCallsThanPlacesAllFinish) {
  RunInLoop([&] {
    int done = 0;
    WaitGroup ended;
    for (int i = 0; i < 3 * kDiskCallsPerLoopMax; ++i) {
      ended.Add();
      ASSERT_TRUE(Loop::Current()
                      ->Spawn([&] {
                        RunOnDiskThread([] {});
                        ++done;
                        ended.Done();
                      })
                      .ok());
    }
    EXPECT_TRUE(ended.Wait().ok());
    EXPECT_EQ(done, 3 * kDiskCallsPerLoopMax);
  });
}

TEST_F(DiskTest, ALockIsHeldUntilItsHolderIsGone) {
  RunInLoop([&] {
    Result<std::unique_ptr<FileLock>> first = RealDisk().Lock(Path("lock"));
    ASSERT_TRUE(first.ok()) << first.status().ToString();
    const Status second = RealDisk().Lock(Path("lock")).status();
    EXPECT_EQ(second.code(), StatusCode::kFailedPrecondition);
    EXPECT_NE(second.message().find(Path("lock")), std::string::npos);
    first->reset();
    EXPECT_TRUE(RealDisk().Lock(Path("lock")).ok());
  });
}

TEST_F(DiskTest, ACancelledFiberStartsNoMoreDiskCalls) {
  RunInLoop([&] {
    Status seen;
    JoinHandle handle =
        Start([&] { seen = RealDisk().Open(Path("x"), OpenMode::kCreateNew).status(); });
    handle.Cancel();
    handle.Join();
    EXPECT_EQ(seen.code(), StatusCode::kCancelled);
    EXPECT_FALSE(std::filesystem::exists(Path("x")));
  });
}

}  // namespace
}  // namespace bellrock::fiber
