// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/proxy/relay.h"

#include <utility>

#include "fiber/fiber.h"

namespace bellrock::routing::proxy {
namespace {

// A step that brought so much is worth the two system calls of a pipe; one that brought less is
// not.
constexpr size_t kBulkFrom = 32 << 10;
constexpr size_t kBulkUpTo = 8 << 10;
constexpr size_t kBulkStep = 1 << 20;

}  // namespace

Status Relay::Run() {
  auto answers = fiber::Start(
      [this] { Ended(From::kInstance, Pump(From::kInstance, ends_.instance, ends_.client)); });
  Ended(From::kClient, Pump(From::kClient, ends_.client, ends_.instance));
  answers.Join();
  return why_;
}

void Relay::Ended(From from, const Status& status) {
  if (!std::exchange(one_ended_, true)) first_to_end_ = from;
  if (status.ok()) return;
  if (why_.ok()) why_ = status;
  ends_.client.Close();
  ends_.instance.Close();
}

Result<size_t> Relay::Copy(fiber::Stream& source, fiber::Stream& target) {
  BELLROCK_TRY(source.WaitReadable());
  Loan<Lender::Block> block(lender_.blocks());
  BELLROCK_ASSIGN(const size_t count, source.Read(*block));
  if (count > 0) BELLROCK_TRY(target.WriteAll(std::span(*block).first(count)));
  return count;
}

Result<size_t> Relay::Splice(fiber::SplicePipe& pipe, fiber::Stream& source,
                             fiber::Stream& target) {
  BELLROCK_ASSIGN(const size_t count, pipe.Fill(source, kBulkStep));
  if (count > 0) BELLROCK_TRY(pipe.Drain(target));
  return count;
}

Status Relay::Pump(From from, fiber::Stream& source, fiber::Stream& target) {
  const bool can_join = fiber::SplicePipe::CanJoin(source, target);
  PipeLoan pipe(lender_);
  bool bulk = false;
  for (;;) {
    Result<size_t> moved = bulk ? Splice(*pipe.pipe(), source, target) : Copy(source, target);
    if (!moved.ok()) return moved.status();
    if (*moved == 0) return target.EndWrite();
    on_bytes_(from, *moved);
    bulk = can_join && *moved >= (bulk ? kBulkUpTo : kBulkFrom) && pipe.pipe() != nullptr;
  }
}

}  // namespace bellrock::routing::proxy
