// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "bellrock/status.h"
#include "bellrock/time.h"
#include "fiber/loop.h"
#include "rpc/http/http_cors.h"
#include "rpc/served_call.h"

namespace bellrock::rpc {

// How an exchange reaches its peer while it runs: the same for HTTP/1.1 and HTTP/2. Belongs to the
// exchange's connection and loop.
class HttpOutlet {
 public:
  virtual ~HttpOutlet() = default;
  virtual fiber::Loop& loop() = 0;
  virtual fiber::Clock& clock() = 0;

  // From now on the call is cancelled when the peer goes, at once if it has gone.
  virtual void BeginWatch(ServedCall& call) = 0;
  virtual void EndWatch() = 0;

  // An answer of no known length: head, pieces of text, end. Nothing of it blocks. `says_its_end`:
  // the text itself tells its end from a broken connection.
  virtual void BeginStream(const HttpHeaders& headers, bool says_its_end) = 0;
  virtual void WriteStream(std::string_view text) = 0;
  virtual void EndStream() = 0;
  // Blocks while so much waits for the peer that no more should be written. An error when nothing
  // more reaches it.
  virtual Status WaitStream(Time until) = 0;
  // Nothing waits for the peer.
  virtual bool stream_drained() const = 0;
};

}  // namespace bellrock::rpc
