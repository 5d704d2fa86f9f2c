// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace bellrock::testing {

size_t SimPipe::Send(std::span<const iovec> parts) {
  std::vector<std::byte> bytes;
  for (const iovec& part : parts) {
    const size_t room = kBytesMax - queued_ - bytes.size();
    const auto* begin = static_cast<const std::byte*>(part.iov_base);
    bytes.insert(bytes.end(), begin, begin + std::min(room, part.iov_len));
  }
  const size_t count = bytes.size();
  queued_ += count;
  if (count > 0) Dispatch(Parcel{Kind::kBytes, {}, std::move(bytes)});
  return count;
}

void SimPipe::SendEnd() {
  Dispatch(Parcel{Kind::kEnd, {}, {}});
}

void SimPipe::SendReset() {
  Dispatch(Parcel{Kind::kReset, {}, {}});
}

void SimPipe::Dispatch(Parcel parcel) {
  // In order: never before what was sent earlier, however the delays fall.
  last_ = std::max(last_, wires_.Arrival());
  parcel.at = last_;
  under_way_.push_back(std::move(parcel));
  wires_.At(last_, [self = shared_from_this()] { self->Pump(); });
}

void SimPipe::Pump() {
  const Time now = wires_.loop().Now();
  while (!under_way_.empty() && under_way_.front().at <= now && !wires_.IsCut(from_, to_)) {
    Parcel parcel = std::move(under_way_.front());
    under_way_.pop_front();
    Receive(parcel);
  }
}

void SimPipe::Receive(Parcel& parcel) {
  switch (parcel.kind) {
    case Kind::kBytes:
      arrived_.insert(arrived_.end(), parcel.bytes.begin(), parcel.bytes.end());
      break;
    case Kind::kEnd:
      ended_ = true;
      break;
    case Kind::kReset:
      broken_ = true;
      break;
  }
  readable.WakeAll();
}

size_t SimPipe::Take(std::span<std::byte> buffer) {
  const size_t count = std::min(buffer.size(), arrived_.size());
  std::copy_n(arrived_.begin(), count, buffer.begin());
  arrived_.erase(arrived_.begin(), arrived_.begin() + static_cast<ptrdiff_t>(count));
  queued_ -= count;
  if (count > 0) writable.WakeAll();
  return count;
}

void SimPipe::Refuse() {
  wires_.At(wires_.Arrival(), [self = shared_from_this()] {
    self->send_broken_ = true;
    self->writable.WakeAll();
  });
}

void SimPipe::Crash(const std::string& host) {
  if (host == from_) {
    send_broken_ = true;
    writable.WakeAll();
    SendReset();
  }
  if (host == to_) {
    broken_ = true;
    arrived_.clear();
    readable.WakeAll();
    Refuse();
  }
}

Result<size_t> SimStream::Read(std::span<std::byte> buffer) {
  for (;;) {
    if (closed_) return Gone("closed");
    if (in_->has_bytes()) return in_->Take(buffer);
    if (in_->broken()) return Gone("Connection reset by peer");
    if (in_->ended()) return size_t{0};
    BELLROCK_TRY(in_->readable.Wait());
  }
}

Result<size_t> SimStream::TryWrite(std::span<const iovec> parts) {
  if (closed_) return Gone("closed");
  if (write_ended_ || out_->send_broken() || in_->broken()) return Gone("Broken pipe");
  return out_->Send(parts);
}

Status SimStream::WaitWritable() {
  while (!closed_ && !out_->send_broken() && !in_->broken() && !out_->has_room())
    BELLROCK_TRY(out_->writable.Wait());
  return closed_ ? Gone("closed") : Status::Ok();
}

Status SimStream::WriteAll(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const iovec part{const_cast<std::byte*>(bytes.data()), bytes.size()};
    BELLROCK_ASSIGN(const size_t count, TryWrite({&part, 1}));
    if (count == 0) BELLROCK_TRY(WaitWritable());
    bytes = bytes.subspan(count);
  }
  return Status::Ok();
}

Status SimStream::EndWrite() {
  if (closed_) return Gone("closed");
  if (out_->send_broken() || in_->broken()) return Gone("Broken pipe");
  if (!std::exchange(write_ended_, true)) out_->SendEnd();
  return Status::Ok();
}

bool SimStream::quiet() const {
  return !closed_ && !in_->has_bytes() && !in_->broken() && !in_->ended();
}

void SimStream::Close() {
  if (std::exchange(closed_, true)) return;
  // After the world's loop has ended there is nobody left to tell.
  if (fiber::Loop::Current() == nullptr) return;
  if (!out_->send_broken() && !write_ended_) out_->SendEnd();
  in_->Refuse();
  in_->readable.WakeAll();
  out_->writable.WakeAll();
}

Status SimStream::Gone(std::string_view why) const {
  return UnavailableError(fmt::format("stream to {}: {}", peer_.ToString(), why));
}

}  // namespace bellrock::testing
