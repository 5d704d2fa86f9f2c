// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "settings/settings_rules.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/message.h>

namespace bellrock::settings {

bool IsServiceName(std::string_view name) {
  const size_t slash = name.find('/');
  return slash != std::string_view::npos && slash > 0 && slash + 1 < name.size() &&
         name.find('/', slash + 1) == std::string_view::npos;
}

Status CheckReason(const std::string& who_and_why) {
  if (!who_and_why.empty()) return Status::Ok();
  return InvalidArgumentError(
      "who_and_why is empty: say who you are and why, for whoever finds it");
}

std::string BytesOf(const Message& settings) {
  std::string bytes;
  google::protobuf::io::StringOutputStream out(&bytes);
  google::protobuf::io::CodedOutputStream coded(&out);
  coded.SetSerializationDeterministic(true);
  settings.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

}  // namespace bellrock::settings
