// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/server/message_pool.h"

#include <utility>

namespace bellrock::rpc {
namespace {

std::unique_ptr<Message> TakeLast(std::vector<std::unique_ptr<Message>>& kept) {
  std::unique_ptr<Message> last = std::move(kept.back());
  kept.pop_back();
  return last;
}

}  // namespace

std::unique_ptr<Message> MessagePool::TakeRequest(const Method& method) {
  Kept& kept = kept_[method.index].requests;
  return kept.empty() ? method.descriptor->new_request() : TakeLast(kept);
}

std::unique_ptr<Message> MessagePool::TakeReply(const Method& method) {
  Kept& kept = kept_[method.index].replies;
  return kept.empty() ? method.descriptor->new_reply() : TakeLast(kept);
}

void MessagePool::KeepRequest(const Method& method, std::unique_ptr<Message> request,
                              size_t bytes) {
  Keep(kept_[method.index].requests, std::move(request), bytes);
}

void MessagePool::KeepReply(const Method& method, std::unique_ptr<Message> reply, size_t bytes) {
  Keep(kept_[method.index].replies, std::move(reply), bytes);
}

void MessagePool::Keep(Kept& kept, std::unique_ptr<Message> message, size_t bytes) {
  if (message == nullptr || bytes > kKeptBytesMax || kept.size() >= kKeptMax) return;
  message->Clear();
  kept.push_back(std::move(message));
}

size_t MessagePool::kept(const Method& method) const {
  return kept_[method.index].requests.size() + kept_[method.index].replies.size();
}

}  // namespace bellrock::rpc
