// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/session_book.h"

#include "metrics/push_table.h"

namespace bellrock::metrics {

Result<v1::PushRequest> SessionBook::Open(const v1::PushRequest& push) {
  if (push.session() == 0) return Unpacked(push);
  const auto found = by_number_.find(push.session());
  if (found != by_number_.end()) {
    const size_t before = found->second->tables.bytes();
    Result<v1::PushRequest> opened = Unpacked(push, &found->second->tables);
    Keep(found->second, before);
    return opened;
  }
  Order fresh(1);
  fresh.front().number = push.session();
  Result<v1::PushRequest> opened = Unpacked(push, &fresh.front().tables);
  if (!opened.ok()) return opened;
  const auto session = fresh.begin();
  sessions_.splice(sessions_.end(), fresh);
  by_number_.emplace(push.session(), session);
  Keep(session, 0);
  return opened;
}

void SessionBook::Keep(Order::iterator session, size_t bytes_before) {
  bytes_ += session->tables.bytes() - bytes_before;
  sessions_.splice(sessions_.end(), sessions_, session);
  while (sessions_.size() > bounds_.sessions_max ||
         (bytes_ > bounds_.bytes_max && !sessions_.empty())) {
    Forget();
  }
}

void SessionBook::Forget() {
  const Session& oldest = sessions_.front();
  bytes_ -= oldest.tables.bytes();
  by_number_.erase(oldest.number);
  sessions_.pop_front();
}

}  // namespace bellrock::metrics
