// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bellrock/interceptor.h"
#include "bellrock/time.h"
#include "fiber/environment.h"
#include "rpc/access/access_policy.h"

namespace bellrock::rpc {

// What a policy has decided since it was set.
struct AccessCounts {
  struct Count {
    uint64_t allowed = 0;
    uint64_t denied = 0;  // in a dry run: would have been
  };
  bool dry_run = false;
  std::vector<Count> rules{};  // rules[0] is rule 1
  Count by_default{};
  uint64_t no_identity = 0;
  std::string last_denial{};  // the reason, "" if nothing was denied
  WallTime last_denied_at{};
};

// Applies an access policy to the calls of a server, counts what each rule does, and logs denials
// at most once a second. The policy can be replaced at any time; counts then begin anew. In a dry
// run denials are counted and logged, and the calls go through. Any thread.
class AccessControl final : public ServerInterceptor {
 public:
  AccessControl(fiber::Environment environment, AccessPolicy policy);
  ~AccessControl() override;

  // Denials are kPermissionDenied with the reason, kUnauthenticated for want of an identity.
  Status Before(ServerContext& context, std::string_view service, std::string_view method) override;
  Status Check(const AccessRequest& request);

  void Replace(AccessPolicy policy);
  AccessCounts counts() const;

 private:
  struct Active;

  std::shared_ptr<Active> active() const;
  void NoteDenial(Active& active, const std::string& reason);

  fiber::Environment environment_;
  mutable std::mutex mutex_;
  std::shared_ptr<Active> active_;
  // Also guarded by the mutex.
  std::string last_denial_;
  WallTime last_denied_at_{};
  std::optional<Time> logged_at_;
  uint64_t unlogged_ = 0;
};

}  // namespace bellrock::rpc
