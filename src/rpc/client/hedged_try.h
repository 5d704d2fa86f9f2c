// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "rpc/child_fibers.h"
#include "rpc/client/client_core.h"

namespace bellrock::rpc {

// A try that gets a backup on another instance if it has not ended after a while (Dean and Barroso,
// "The Tail at Scale", 2013): the first answer wins, the other try is cancelled. Lives on the
// stack of the calling fiber, which waits while both run in fibers of their own.
class HedgedTry {
 public:
  HedgedTry(ClientCore& core, CallProgress& progress, const Message& request);

  // `attempt` was picked, with the message to fill. Returns what became of both and leaves in
  // `attempt` the try that this comes from.
  Status Run(Try* attempt);

 private:
  struct Runner {
    Try attempt;
    Status status;
    bool started = false;
    bool ended = false;
  };

  bool Start(Runner& runner);
  void StartBackup();
  bool Decided() const;
  // The one that answered; else the one whose callee has spoken; else the last to fail.
  Runner& Best();

  ClientCore& core_;
  CallProgress& progress_;
  const Message& request_;
  std::unique_ptr<Message> backup_reply_;
  Runner first_;
  Runner backup_;
  Runner* last_ended_ = &first_;
  ChildFibers fibers_;  // last: joined before the rest goes
};

}  // namespace bellrock::rpc
