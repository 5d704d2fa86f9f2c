// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace bellrock::routing::proxy {

// A method as it is counted: "music.v1.Catalog" and "Get".
struct MethodName {
  std::string_view service;
  std::string_view method;
};

// The gRPC methods of one service that its calls are counted by. Clients make paths up as they
// like, and each name is kept for good in the counts of many hosts: so a name is one only after an
// instance has answered to it, and there are no more than kMax. The names outlive every call.
// Belongs to one loop.
class MethodNames {
 public:
  static constexpr size_t kMax = 256;
  static constexpr size_t kNameBytesMax = 200;
  // For what has no name.
  static constexpr MethodName kOther = {"gRPC", "other"};

  // Null if it is not one yet.
  const MethodName* Find(const MethodName& name) const;
  // It is one from now on, unless it is too long or one too many: then null.
  const MethodName* Learn(const MethodName& name);

 private:
  struct Kept {
    std::string service;
    std::string method;
    MethodName name;
  };
  struct Hash {
    size_t operator()(const MethodName& name) const {
      const std::hash<std::string_view> hash;
      return hash(name.service) * 31 + hash(name.method);
    }
  };
  struct Equal {
    bool operator()(const MethodName& a, const MethodName& b) const {
      return a.service == b.service && a.method == b.method;
    }
  };

  // The key points into the kept.
  std::unordered_map<MethodName, std::unique_ptr<Kept>, Hash, Equal> names_;
};

}  // namespace bellrock::routing::proxy
