// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bellrock/bytes.h"
#include "bellrock/service.h"

namespace bellrock::rpc {

// What some calls can do beside ServerContext: send bytes that many replies have in common without
// making them anew. Used only from the handler's fiber.
class ReplyRest {
 public:
  virtual ~ReplyRest() = default;
  // nullptr: this call cannot, its reply has to be whole. One that has an attachment cannot.
  static ReplyRest* Of(ServerContext& context) {
    auto* can = dynamic_cast<ReplyRest*>(&context);
    return can != nullptr && can->takes_reply_rest() ? can : nullptr;
  }
  // Serialised fields of the reply; they are sent behind those that the handler returns, which
  // to the caller is one message.
  virtual void set_reply_rest(Bytes bytes) = 0;

 protected:
  virtual bool takes_reply_rest() const = 0;
};

}  // namespace bellrock::rpc
