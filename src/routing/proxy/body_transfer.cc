// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/proxy/body_transfer.h"

#include <algorithm>

namespace bellrock::routing::proxy {
namespace {

// A rest so long is worth a pipe.
constexpr uint64_t kSpliceFrom = 256 << 10;
constexpr uint64_t kSpliceStep = 1 << 20;

std::string_view Text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

BodyTransfer::End BodyTransfer::Run() {
  const bool can_join = fiber::SplicePipe::CanJoin(ends_.source, ends_.target);
  PipeLoan pipe(lender_);
  while (!body_.done()) {
    const bool splice = can_join && body_.framing() == Body::Framing::kLength &&
                        body_.left() >= kSpliceFrom && pipe.pipe() != nullptr;
    const End end = splice ? Splice(*pipe.pipe()) : Copy();
    if (end != End::kDone) return end;
  }
  return End::kDone;
}

BodyTransfer::End BodyTransfer::Copy() {
  if (!ends_.source.WaitReadable().ok()) return End::kSourceFailed;
  Loan<Lender::Block> block(lender_.blocks());
  const Result<size_t> count = ends_.source.Read(*block);
  if (!count.ok()) return End::kSourceFailed;
  if (*count == 0) return body_.EndOfStream() ? End::kDone : End::kSourceFailed;
  const auto bytes = std::span<const std::byte>(*block).first(*count);
  const Result<size_t> taken = body_.Take(Text(bytes));
  if (!taken.ok()) return End::kSourceFailed;
  if (*taken < *count) ends_.beyond.Append(Text(bytes.subspan(*taken)));
  if (!ends_.target.WriteAll(bytes.first(*taken)).ok()) return End::kTargetFailed;
  on_bytes_(*taken);
  return End::kDone;
}

BodyTransfer::End BodyTransfer::Splice(fiber::SplicePipe& pipe) {
  const Result<size_t> count = pipe.Fill(ends_.source, std::min(body_.left(), kSpliceStep));
  if (!count.ok() || *count == 0) return End::kSourceFailed;
  if (!pipe.Drain(ends_.target).ok()) return End::kTargetFailed;
  body_.Passed(*count);
  on_bytes_(*count);
  return End::kDone;
}

}  // namespace bellrock::routing::proxy
