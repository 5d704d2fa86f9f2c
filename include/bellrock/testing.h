// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "bellrock/service.h"

// For unit tests of handlers: call the method as a plain function, without a server.
namespace bellrock {

// A context that says what the test has set. For a test's one thread.
class TestContext final : public ServerContext {
 public:
  TestContext& set_caller(std::string caller) {
    caller_ = std::move(caller);
    return *this;
  }
  TestContext& set_deadline(Time deadline) {
    deadline_ = deadline;
    return *this;
  }
  TestContext& set_cancelled(bool cancelled) {
    cancelled_ = cancelled;
    return *this;
  }
  TestContext& set_metadata(std::string key, std::string value) {
    metadata_[std::move(key)] = std::move(value);
    return *this;
  }
  const Metadata& reply_metadata() const { return reply_metadata_; }
  const Bytes& reply_attachment() const { return reply_attachment_; }

  std::string_view caller() const override { return caller_; }
  std::string_view peer() const override { return "127.0.0.1:1"; }
  Time deadline() const override { return deadline_; }
  bool cancelled() const override { return cancelled_; }
  int attempt() const override { return 0; }
  std::optional<std::string_view> metadata(std::string_view key) const override {
    const auto found = metadata_.find(key);
    if (found == metadata_.end()) return std::nullopt;
    return found->second;
  }
  Status AddReplyMetadata(std::string_view key, std::string_view value) override {
    reply_metadata_.emplace_back(key, value);
    return Status::Ok();
  }
  bool takes_reply_attachment() const override { return true; }
  void set_reply_attachment(Bytes bytes) override { reply_attachment_ = std::move(bytes); }

 private:
  std::string caller_ = "test/caller";
  Time deadline_ = kNever;
  bool cancelled_ = false;
  std::map<std::string, std::string, std::less<>> metadata_;
  Metadata reply_metadata_;
  Bytes reply_attachment_;
};

}  // namespace bellrock
