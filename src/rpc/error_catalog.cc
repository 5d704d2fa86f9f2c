// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/error_catalog.h"

#include <string_view>

namespace bellrock::rpc {

bool IsNumbered(const Status& status) {
  const std::string_view message = status.message();
  return message.ends_with("]") && message.find("[BR-") != message.npos;
}

Status WithNumber(ErrorNumber number, const Status& status) {
  if (status.ok() || IsNumbered(status)) return status;
  const std::string_view message = status.message();
  Status numbered(status.code(), Numbered(number, std::string(message)));
  return status.cause() == nullptr ? numbered : numbered.WithCause(*status.cause());
}

}  // namespace bellrock::rpc
