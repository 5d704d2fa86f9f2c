// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <google/protobuf/message.h>

#include <cstddef>
#include <memory>
#include <vector>

#include "rpc/server/method_table.h"

namespace bellrock::rpc {

// Requests and replies of ended calls, for the next calls of the same methods: a message that is
// cleared keeps the memory of its fields, so that a call of a usual size allocates nothing for
// them. Belongs to one loop.
class MessagePool {
 public:
  // Kept of one kind of a method; others are freed. As many calls may end together when they have
  // waited for the same thing, such as a disk.
  static constexpr size_t kKeptMax = 1024;
  // A message with more bytes on the wire is freed: it may hold many times that in memory.
  static constexpr size_t kKeptBytesMax = 2 << 10;

  explicit MessagePool(size_t methods) : kept_(methods) {}

  // Empty messages.
  std::unique_ptr<Message> TakeRequest(const Method& method);
  std::unique_ptr<Message> TakeReply(const Method& method);
  // `bytes`: of the message on the wire.
  void KeepRequest(const Method& method, std::unique_ptr<Message> request, size_t bytes);
  void KeepReply(const Method& method, std::unique_ptr<Message> reply, size_t bytes);

  size_t kept(const Method& method) const;

 private:
  using Kept = std::vector<std::unique_ptr<Message>>;
  struct OfMethod {
    Kept requests;
    Kept replies;
  };

  static void Keep(Kept& kept, std::unique_ptr<Message> message, size_t bytes);

  std::vector<OfMethod> kept_;  // by Method::index
};

}  // namespace bellrock::rpc
