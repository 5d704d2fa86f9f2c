// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fiber/fiber.h"
#include "fiber/sync.h"
#include "rpc/http/http_outlet.h"
#include "rpc/link.h"

namespace bellrock::rpc {

// HTTP/1.1: the outlet is the connection itself, which closes after a stream. To see the peer go, a
// fiber reads on; what it reads is the next request. Lives in the connection's fiber for one
// exchange.
class LinkOutlet final : public HttpOutlet {
 public:
  // `minor_version`: of the request; HTTP/1.0 has no chunks.
  LinkOutlet(Link& link, int minor_version) : link_(link), minor_version_(minor_version) {}

  fiber::Loop& loop() override { return link_.loop(); }
  fiber::Clock& clock() override { return link_.clock(); }
  void BeginWatch(ServedCall& call) override;
  void EndWatch() override;
  void BeginStream(const HttpHeaders& headers, bool says_its_end) override;
  void WriteStream(std::string_view text) override;
  void EndStream() override;
  Status WaitStream(Time until) override;
  bool stream_drained() const override { return link_.output().empty(); }

 private:
  void Watch(ServedCall& call);

  Link& link_;
  const int minor_version_;
  bool chunked_ = false;
  bool watching_ = false;
  fiber::Fiber* watcher_ = nullptr;  // while it runs
  fiber::Event watcher_ended_;
};

}  // namespace bellrock::rpc
