// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/http/link_outlet.h"

#include <fmt/format.h>

#include <string>

#include "rpc/http/http_answer.h"

namespace bellrock::rpc {
namespace {
// Read ahead of the request under way at most; then the peer is no longer watched.
constexpr size_t kReadAheadMax = 64 << 10;
// Items queued for a slow reader before the handler waits.
constexpr size_t kStreamBytesMax = 256 << 10;
}  // namespace

void LinkOutlet::BeginWatch(ServedCall& call) {
  watching_ = link_.loop().SpawnNow([this, &call] { Watch(call); }).ok();
}

// The end of what the peer sends means that nobody waits for the answer any more.
void LinkOutlet::Watch(ServedCall& call) {
  watcher_ = fiber::CurrentFiber();
  bool open = true;
  while (open && link_.input().size() < kReadAheadMax) {
    Result<bool> more = link_.ReadMore();
    if (!more.ok() && more.status().code() == StatusCode::kCancelled) break;
    open = more.ok() && *more;
  }
  if (!open) call.Cancel();
  watcher_ = nullptr;
  watcher_ended_.Set();
}

void LinkOutlet::EndWatch() {
  if (!watching_) return;
  if (watcher_ != nullptr) fiber::CancelFiber(*watcher_);
  fiber::ScopedShield shield;
  while (!watcher_ended_.is_set()) (void)watcher_ended_.Wait();
}

void LinkOutlet::BeginStream(const HttpHeaders& headers, bool says_its_end) {
  chunked_ = !says_its_end && minor_version_ >= 1;
  link_.output().Append("HTTP/1.1 200 OK\r\n" + HeaderLines(headers));
  if (chunked_) link_.output().Append("Transfer-Encoding: chunked\r\n");
  link_.output().Append("Connection: close\r\n\r\n");
  link_.Flush();
}

void LinkOutlet::WriteStream(std::string_view text) {
  if (chunked_) link_.output().Append(fmt::format("{:x}\r\n", text.size()));
  link_.output().Append(text);
  if (chunked_) link_.output().Append("\r\n");
  link_.Flush();
}

void LinkOutlet::EndStream() {
  if (chunked_) link_.output().Append("0\r\n\r\n");
  link_.Flush();
}

Status LinkOutlet::WaitStream(Time until) {
  return link_.WaitOutput(kStreamBytesMax, until);
}

}  // namespace bellrock::rpc
