// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/client/broadcast.h"

#include <fmt/format.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "rpc/child_fibers.h"
#include "rpc/error_catalog.h"

namespace bellrock::rpc {

Status Broadcast::Run(Try* first) {
  Result<std::vector<Endpoint>> all = core_.endpoints().All();
  if (!all.ok()) return WithNumber(ErrorNumber::kNoInstance, all.status());
  endpoints_ = std::move(*all);
  if (endpoints_.empty()) {
    return UnavailableError(
        Numbered(ErrorNumber::kNoInstance, "there is no instance to broadcast to"));
  }
  if (endpoints_.size() > kInstancesMax) {
    return ResourceExhaustedError(
        Numbered(ErrorNumber::kBroadcastTooWide,
                 fmt::format("a broadcast to {} instances is over the limit of {}",
                             endpoints_.size(), kInstancesMax)));
  }
  {
    ChildFibers fibers;
    const auto work = [this, first] {
      while (next_ < endpoints_.size()) CallOne(next_++, first);
    };
    // One share of the work is done here: it goes on even if the loop has no room for fibers.
    const size_t workers = std::min(endpoints_.size(), kFanOutMax);
    for (size_t i = 1; i < workers; ++i) {
      if (!fibers.Start(work).ok()) break;
    }
    work();
    fibers.Join();
  }
  return Outcome();
}

void Broadcast::CallOne(size_t index, Try* first) {
  const std::unique_ptr<Message> reply(reply_.New());
  Try attempt;
  attempt.endpoint = endpoints_[index];
  attempt.begun = core_.clock().Now();
  attempt.reply = {.message = reply.get()};
  ++progress_.tries;
  const Status status = core_.RunTry(progress_, request_, attempt);
  const Endpoint& endpoint = endpoints_[index];
  if (!status.ok()) {
    failures_.push_back({endpoint.instance == nullptr ? std::string() : *endpoint.instance,
                         endpoint.address.ToString(), status});
    if (!replied_) *first = std::move(attempt);
    return;
  }
  if (std::exchange(replied_, true)) return;
  reply_.GetReflection()->Swap(&reply_, reply.get());
  *first = std::move(attempt);
  first->reply.message = &reply_;
}

Status Broadcast::Outcome() const {
  if (failures_.empty()) return Status::Ok();
  std::string text = fmt::format("{}/{} failed on {} of {} instances:", progress_.service,
                                 progress_.method, failures_.size(), endpoints_.size());
  const size_t listed = std::min(failures_.size(), kListedMax);
  for (size_t i = 0; i < listed; ++i) {
    const Failure& failure = failures_[i];
    text += fmt::format("{} {}{}({}): {}", i == 0 ? "" : ";", failure.instance,
                        failure.instance.empty() ? "" : " ", failure.address,
                        failure.status.ToString());
  }
  if (listed < failures_.size()) text += fmt::format("; and {} more", failures_.size() - listed);
  return Status(failures_.front().status.code(), std::move(text));
}

}  // namespace bellrock::rpc
