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

Result<Bytes> SharedMessage::As(Form form, const std::function<Result<Bytes>()>& make) const {
  std::atomic<std::shared_ptr<const Bytes>>& slot = forms_[static_cast<size_t>(form)];
  if (const std::shared_ptr<const Bytes> made = slot.load()) return *made;
  BELLROCK_ASSIGN(Bytes bytes, make());
  slot.store(std::make_shared<const Bytes>(bytes));
  return bytes;
}

}  // namespace bellrock
