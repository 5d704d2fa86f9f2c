// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/tls/file_watch.h"

namespace bellrock::rpc {

bool FileWatch::Observe(std::string_view fingerprint) {
  if (fingerprint == handled_) {
    candidate_.clear();
    return false;
  }
  if (fingerprint != candidate_) {
    candidate_ = fingerprint;
    return false;
  }
  handled_ = std::exchange(candidate_, {});
  return true;
}

}  // namespace bellrock::rpc
