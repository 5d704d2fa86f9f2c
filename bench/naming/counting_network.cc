// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "counting_network.h"

#include <utility>

namespace bellrock::bench {
namespace {

class CountingStream final : public fiber::Stream {
 public:
  CountingStream(std::unique_ptr<fiber::Stream> inner, uint64_t& received)
      : inner_(std::move(inner)), received_(received) {}

  Result<size_t> Read(std::span<std::byte> buffer) override {
    auto got = inner_->Read(buffer);
    if (got.ok()) received_ += *got;
    return got;
  }
  Result<size_t> TryWrite(std::span<const iovec> parts) override { return inner_->TryWrite(parts); }
  Status WaitWritable() override { return inner_->WaitWritable(); }
  Status WriteAll(std::span<const std::byte> bytes) override { return inner_->WriteAll(bytes); }
  void Close() override { inner_->Close(); }
  const Address& local() const override { return inner_->local(); }
  const Address& peer() const override { return inner_->peer(); }

 private:
  std::unique_ptr<fiber::Stream> inner_;
  uint64_t& received_;
};

}  // namespace

Result<std::unique_ptr<fiber::Stream>> CountingNetwork::Connect(const Address& address) {
  BELLROCK_ASSIGN(auto stream, inner_.Connect(address));
  return std::unique_ptr<fiber::Stream>(
      std::make_unique<CountingStream>(std::move(stream), received_));
}

}  // namespace bellrock::bench
