// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "shm/table_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

namespace bellrock::shm {
namespace {

class TableFileTest : public testing::Test {
 protected:
  void SetUp() override {
    directory_ = testing::TempDir() + "bellrock_shm_" + std::to_string(::getpid());
    // A killed run with the same process id may have left one.
    std::filesystem::remove_all(directory_);
    ASSERT_TRUE(MakeDirectory(directory_).ok());
    path_ =
        directory_ + "/" + testing::UnitTest::GetInstance()->current_test_info()->name() + ".table";
  }
  void TearDown() override {
    for (const std::string& name : ListDirectory(directory_)) {
      (void)RemoveFile(directory_ + "/" + name);
    }
    ::rmdir(directory_.c_str());
  }
  void Write(const std::string& bytes) { std::ofstream(path_, std::ios::binary) << bytes; }
  std::string Bytes() {
    std::ifstream in(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  std::string directory_;
  std::string path_;
  Time now_{std::chrono::seconds(100)};
};

// A body whose every byte is the same, of a length that depends on it: a torn read is seen at once.
std::vector<std::byte> Body(uint64_t number) {
  return std::vector<std::byte>(100 + number % 3000, static_cast<std::byte>(number % 251));
}

bool Whole(const std::vector<std::byte>& body, uint64_t generation) {
  return body == Body(generation);
}

TEST_F(TableFileTest, AReaderSeesWhatWasPublishedAndWhen) {
  auto publisher = TablePublisher::Create(path_, 4096, now_);
  ASSERT_TRUE(publisher.ok()) << publisher.status().ToString();
  auto reader = TableReader::Open(path_);
  ASSERT_TRUE(reader.ok()) << reader.status().ToString();
  uint64_t generation = 0;
  EXPECT_EQ(reader->Read(generation).status().code(), StatusCode::kNotFound);
  for (uint64_t number = 1; number < 10; ++number) {
    ASSERT_TRUE(publisher->Publish(Body(number)).ok());
    EXPECT_EQ(reader->generation(), number);
    auto body = reader->Read(generation);
    ASSERT_TRUE(body.ok());
    EXPECT_TRUE(Whole(*body, generation));
  }
  EXPECT_EQ(reader->heartbeat(), now_);
  publisher->Beat(now_ + std::chrono::seconds(1));
  EXPECT_EQ(reader->heartbeat(), now_ + std::chrono::seconds(1));
}

TEST_F(TableFileTest, OnlyTheOwnerMayReadTheFile) {
  auto publisher = TablePublisher::Create(path_, 64, now_);
  struct stat stat {};
  ASSERT_EQ(::stat(path_.c_str(), &stat), 0);
  EXPECT_EQ(stat.st_mode & 0777, 0600u);
  EXPECT_EQ(ListDirectory(directory_).size(), 1u) << "no temporary file is left";
}

TEST_F(TableFileTest, ABodyTooLargeIsRefusedAndALargerFileSupersedesTheOld) {
  auto first = TablePublisher::Create(path_, 64, now_);
  ASSERT_TRUE(first->Publish(std::vector<std::byte>(64)).ok());
  auto reader = TableReader::Open(path_);
  EXPECT_EQ(first->Publish(std::vector<std::byte>(65)).code(), StatusCode::kResourceExhausted);
  EXPECT_FALSE(reader->superseded());
  auto second = TablePublisher::Create(path_, 4096, now_);
  ASSERT_TRUE(second->Publish(Body(7)).ok());
  EXPECT_TRUE(reader->superseded());
  auto again = TableReader::Open(path_);
  EXPECT_FALSE(again->superseded());
  uint64_t generation = 0;
  EXPECT_EQ(again->Read(generation).value(), Body(7));
  EXPECT_EQ(TablePublisher::Create(path_, kTableBodyMax + 1, now_).status().code(),
            StatusCode::kResourceExhausted);
}

TEST_F(TableFileTest, GarbageTruncatedAndForeignFilesAreRefusedWithTheReason) {
  EXPECT_EQ(TableReader::Open(path_).status().code(), StatusCode::kNotFound);
  Write("short");
  EXPECT_NE(TableReader::Open(path_).status().message().find("truncated"), std::string::npos);
  Write(std::string(10'000, 'x'));
  EXPECT_NE(TableReader::Open(path_).status().message().find("wrong magic"), std::string::npos);
  {
    auto publisher = TablePublisher::Create(path_, 4096, now_);
    ASSERT_TRUE(publisher.ok()) << "a broken former file is no obstacle";
    ASSERT_TRUE(publisher->Publish(Body(1)).ok());
  }
  const std::string good = Bytes();
  Write(good.substr(0, 5000));
  EXPECT_EQ(TableReader::Open(path_).status().code(), StatusCode::kDataLoss);
  std::string other = good;
  other[8] = 9;
  Write(other);
  EXPECT_EQ(TableReader::Open(path_).status().code(), StatusCode::kUnimplemented);
  EXPECT_NE(TableReader::Open(path_).status().message().find("version 9"), std::string::npos);
}

TEST_F(TableFileTest, ADamagedBodyIsRefusedByItsChecksum) {
  {
    auto publisher = TablePublisher::Create(path_, 4096, now_);
    ASSERT_TRUE(publisher->Publish(Body(1)).ok());
  }
  std::string bytes = Bytes();
  const size_t at = bytes.rfind(static_cast<char>(1));
  ASSERT_NE(at, std::string::npos);
  bytes[at] ^= 1;
  Write(bytes);
  auto reader = TableReader::Open(path_);
  ASSERT_TRUE(reader.ok());
  uint64_t generation = 0;
  EXPECT_EQ(reader->Read(generation).status().code(), StatusCode::kDataLoss);
}

TEST_F(TableFileTest, AReaderInAnotherThreadNeverSeesATornBody) {
  auto publisher = TablePublisher::Create(path_, 4096, now_);
  ASSERT_TRUE(publisher->Publish(Body(1)).ok());
  std::atomic<bool> stop{false};
  std::atomic<uint64_t> reads{0};
  std::atomic<uint64_t> torn{0};
  std::thread reader_thread([&] {
    auto reader = TableReader::Open(path_);
    while (!stop.load()) {
      uint64_t generation = 0;
      auto body = reader->Read(generation);
      // Too fast a writer is no error here; a body that is not whole is.
      if (body.ok()) {
        ++reads;
        if (!Whole(*body, generation)) ++torn;
      } else if (body.status().code() != StatusCode::kUnavailable) {
        ++torn;
      }
    }
  });
  while (publisher->generation() < 20'000 || reads.load() < 100) {
    ASSERT_TRUE(publisher->Publish(Body(publisher->generation() + 1)).ok());
    // A pause now and then, as a real publisher makes, lets the reader win.
    if (publisher->generation() % 64 == 0) std::this_thread::yield();
    if (publisher->generation() > 2'000'000) break;
  }
  stop = true;
  reader_thread.join();
  EXPECT_EQ(torn.load(), 0u);
  EXPECT_GT(reads.load(), 0u);
}

TEST_F(TableFileTest, AReaderInAnotherProcessNeverSeesATornBodyAndSurvivesTheWriter) {
  auto publisher = TablePublisher::Create(path_, 4096, now_);
  ASSERT_TRUE(publisher->Publish(Body(1)).ok());
  auto reader = TableReader::Open(path_);
  const pid_t child = ::fork();
  if (child == 0) {
    for (int turn = 0; turn < 20'000; ++turn) {
      if (!publisher->Publish(Body(publisher->generation() + 1)).ok()) ::_exit(1);
    }
    ::_exit(0);
  }
  uint64_t last = 0;
  int status = 0;
  while (::waitpid(child, &status, WNOHANG) == 0) {
    uint64_t generation = 0;
    auto body = reader->Read(generation);
    if (!body.ok()) {
      ASSERT_EQ(body.status().code(), StatusCode::kUnavailable) << body.status().ToString();
      continue;
    }
    ASSERT_TRUE(Whole(*body, generation));
    ASSERT_GE(generation, last);
    last = generation;
  }
  EXPECT_EQ(status, 0);
  uint64_t generation = 0;
  EXPECT_EQ(reader->Read(generation).value(), Body(20'001));
}

}  // namespace
}  // namespace bellrock::shm
