// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "bellrock/bytes.h"
#include "bellrock/status.h"

namespace google::protobuf {
class Message;
}

namespace bellrock {

// A message that goes to many streams (StreamWriter::WriteShared): serialised once by whoever makes
// it; packed, or written as JSON, once by the first protocol that needs that. Shared by pointer,
// immutable to its users, safe from any thread.
class SharedMessage {
 public:
  using Message = google::protobuf::Message;
  // What else its bytes are made into on their way.
  enum class Form : uint8_t { kZstd, kLz4, kGzip, kJson };

  // `bytes` are a serialised T.
  template <typename T>
  static std::shared_ptr<const SharedMessage> Of(std::string bytes) {
    const Parser parser = [](std::string_view from) -> std::shared_ptr<const Message> {
      auto message = std::make_shared<T>();
      if (!message->ParseFromArray(from.data(), static_cast<int>(from.size()))) return nullptr;
      return message;
    };
    return std::shared_ptr<const SharedMessage>(new SharedMessage(parser, std::move(bytes)));
  }

  ~SharedMessage();
  SharedMessage(const SharedMessage&) = delete;
  SharedMessage& operator=(const SharedMessage&) = delete;

  const Bytes& bytes() const { return bytes_; }
  // The message again, for those who cannot send bytes. nullptr: they are no such message.
  std::shared_ptr<const Message> Parse() const { return parser_(bytes_.view()); }
  // One form of it, made by `make` unless that was done; lives as long as this. Two threads may
  // make it at the same time, and both get the first that was finished.
  Result<const Bytes*> As(Form form, const std::function<Result<Bytes>()>& make) const;

 private:
  using Parser = std::shared_ptr<const Message> (*)(std::string_view);
  SharedMessage(Parser parser, std::string bytes) : parser_(parser), bytes_(std::move(bytes)) {}

  const Parser parser_;
  const Bytes bytes_;
  mutable std::array<std::atomic<const Bytes*>, 4> forms_{};
};

}  // namespace bellrock
