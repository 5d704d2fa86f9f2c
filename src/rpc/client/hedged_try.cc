// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/client/hedged_try.h"

#include <google/protobuf/message.h>

#include <utility>

#include "fiber/fiber.h"

namespace bellrock::rpc {

HedgedTry::HedgedTry(ClientCore& core, CallProgress& progress, const Message& request)
    : core_(core), progress_(progress), request_(request) {}

Status HedgedTry::Run(Try* attempt) {
  Message& reply = *attempt->reply.message;
  first_.attempt = std::move(*attempt);
  if (!Start(first_)) {
    // No room for fibers: the call is made all the same, without a backup.
    *attempt = std::move(first_.attempt);
    return core_.RunTry(progress_, request_, *attempt);
  }
  const Time backup_at = core_.clock().Now() + progress_.settings.hedge_after;
  while (!first_.ended && fibers_.WaitForOne(backup_at).ok()) continue;
  if (!first_.ended && fiber::CheckCurrent().ok()) {
    backup_reply_.reset(reply.New());
    StartBackup();
  }
  while (!Decided() && fibers_.WaitForOne().ok()) continue;
  // Past the deadline both end by themselves, and say so.
  if (Decided() || fiber::CurrentCancelled()) fibers_.CancelAll();
  fibers_.Join();
  Runner& best = Best();
  if (&best == &backup_ && best.status.ok()) {
    reply.GetReflection()->Swap(&reply, backup_reply_.get());
  }
  *attempt = std::move(best.attempt);
  attempt->reply.message = &reply;
  return best.status;
}

bool HedgedTry::Start(Runner& runner) {
  runner.started = true;
  const Status started = fibers_.Start([this, &runner] {
    runner.status = core_.RunTry(progress_, request_, runner.attempt);
    runner.ended = true;
    last_ended_ = &runner;
  });
  runner.started = started.ok();
  return started.ok();
}

void HedgedTry::StartBackup() {
  if (!core_.PickBackup(progress_, &backup_.attempt)) return;
  backup_.attempt.reply = {.message = backup_reply_.get()};
  if (!Start(backup_)) backup_.ended = true;
}

bool HedgedTry::Decided() const {
  if (first_.ended && first_.status.ok()) return true;
  if (backup_.started && backup_.ended && backup_.status.ok()) return true;
  return fibers_.running() == 0;
}

HedgedTry::Runner& HedgedTry::Best() {
  for (const bool answered : {true, false}) {
    for (Runner* runner : {&first_, &backup_}) {
      if (!runner->started) continue;
      if (answered ? runner->status.ok() : runner->attempt.reply.replied) return *runner;
    }
  }
  return *last_ended_;
}

}  // namespace bellrock::rpc
