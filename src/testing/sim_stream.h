// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "fiber/environment.h"
#include "fiber/sync.h"
#include "testing/sim_network.h"

namespace bellrock::testing {

// One direction of a simulated connection: bytes under way in order, and bytes that arrived and
// wait to be read; together bounded, so that a slow reader stops the writer. While its hosts are
// cut it keeps what is under way.
class SimPipe final : public std::enable_shared_from_this<SimPipe> {
 public:
  static constexpr size_t kBytesMax = 64 * 1024;

  SimPipe(SimWires& wires, std::string from, std::string to)
      : wires_(wires), from_(std::move(from)), to_(std::move(to)) {}

  // The sending side.
  size_t Send(std::span<const iovec> parts);
  void SendEnd();    // no more bytes
  void SendReset();  // the sender died
  // The receiving side.
  size_t Take(std::span<std::byte> buffer);
  // It will not read any more: the sender gets an error.
  void Refuse();

  // Delivers what is due; called at each arrival and when a cut is healed.
  void Pump();
  bool Joins(const std::string& a, const std::string& b) const {
    return (from_ == a && to_ == b) || (from_ == b && to_ == a);
  }
  bool Touches(const std::string& host) const { return from_ == host || to_ == host; }
  // The host died: its own side breaks at once, the other hears of it.
  void Crash(const std::string& host);

  bool ended() const { return ended_ && arrived_.empty(); }
  bool broken() const { return broken_; }  // for the reader
  bool send_broken() const { return send_broken_; }
  bool has_room() const { return queued_ < kBytesMax; }
  bool has_bytes() const { return !arrived_.empty(); }

  fiber::WaitQueue readable;
  fiber::WaitQueue writable;

 private:
  enum class Kind { kBytes, kEnd, kReset };
  struct Parcel {
    Kind kind;
    Time at;
    std::vector<std::byte> bytes;
  };

  void Dispatch(Parcel parcel);
  void Receive(Parcel& parcel);

  SimWires& wires_;
  std::string from_;
  std::string to_;
  std::deque<Parcel> under_way_;
  std::deque<std::byte> arrived_;
  size_t queued_ = 0;  // bytes in both
  Time last_{};
  bool ended_ = false;
  bool broken_ = false;
  bool send_broken_ = false;
};

class SimStream final : public fiber::Stream {
 public:
  SimStream(std::shared_ptr<SimPipe> in, std::shared_ptr<SimPipe> out, Address local, Address peer)
      : in_(std::move(in)),
        out_(std::move(out)),
        local_(std::move(local)),
        peer_(std::move(peer)) {}
  ~SimStream() override { Close(); }

  Result<size_t> Read(std::span<std::byte> buffer) override;
  Result<size_t> TryWrite(std::span<const iovec> parts) override;
  Status WaitWritable() override;
  Status WriteAll(std::span<const std::byte> bytes) override;
  Status EndWrite() override;
  bool quiet() const override;
  void Close() override;
  const Address& local() const override { return local_; }
  const Address& peer() const override { return peer_; }

 private:
  Status Gone(std::string_view why) const;

  std::shared_ptr<SimPipe> in_;
  std::shared_ptr<SimPipe> out_;
  Address local_;
  Address peer_;
  bool closed_ = false;
  bool write_ended_ = false;
};

}  // namespace bellrock::testing
