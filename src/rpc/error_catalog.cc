// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/error_catalog.h"

#include <string_view>

namespace bellrock::rpc {

Status WithNumber(ErrorNumber number, const Status& status) {
  const std::string_view message = status.message();
  if (status.ok() || (message.ends_with("]") && message.find("[BR-") != message.npos))
    return status;
  Status numbered(status.code(), Numbered(number, std::string(message)));
  return status.cause() == nullptr ? numbered : numbered.WithCause(*status.cause());
}

}  // namespace bellrock::rpc
