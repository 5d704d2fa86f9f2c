// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "bellrock/service.h"

namespace bellrock {

const TraceContext& ServerContext::trace() const {
  static const TraceContext kNone;
  return kNone;
}

Result<std::unique_ptr<StreamCall>> ChannelInterface::OpenDuplex(std::string_view service,
                                                                 std::string_view method,
                                                                 const CallOptions&) {
  return UnimplementedError("this channel opens no stream of requests, which " +
                            std::string(service) + "/" + std::string(method) + " needs");
}

Result<size_t> StreamWriter::WriteShared(const SharedMessage& message) {
  const std::shared_ptr<const Message> parsed = message.Parse();
  if (parsed == nullptr) return InternalError("the bytes of a shared message do not parse");
  BELLROCK_TRY(Write(*parsed));
  return message.bytes().size();
}

SharedMessage::~SharedMessage() {
  for (const auto& form : forms_) std::unique_ptr<const Bytes>(form.load());
}

Result<const Bytes*> SharedMessage::As(Form form,
                                       const std::function<Result<Bytes>()>& make) const {
  std::atomic<const Bytes*>& slot = forms_[static_cast<size_t>(form)];
  if (const Bytes* made = slot.load(std::memory_order_acquire)) return made;
  BELLROCK_ASSIGN(Bytes bytes, make());
  auto mine = std::make_unique<const Bytes>(std::move(bytes));
  const Bytes* first = nullptr;
  if (!slot.compare_exchange_strong(first, mine.get())) return first;
  return mine.release();
}

}  // namespace bellrock
